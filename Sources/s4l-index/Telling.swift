internal import Command
internal import Core
internal import Index
internal import Indexes
internal import Records
internal import Stream
internal import System
internal import Values

/// What is remembered, told as records.
extension IndexTool {
  func status(_ io: Standard) throws(Failure) -> Status {
    try takes(1)
    let (store, repository) = try named(0, io)
    let totals = try store.totals(of: repository)
    let isWatching = try store.isHeld(repository, .watching)
    let writer = Writer(io.output.buffer)
    writer.begin(.summary)
    writer.add(.repository, text: repository.name)
    // One that was only configured gets its id when it is first fed.
    if try store.repository(repository.id) != nil {
      writer.add(.repositoryID, text: repository.id)
    }
    writer.add(.totalFiles, totals.files)
    writer.add(.totalBytes, totals.bytes)
    writer.add(.isWatching, isWatching)
    if let last = try store.operations(of: repository, atMost: 1).first { writer.members(of: last) }
    writer.end()
    return .success
  }

  func history(_ io: Standard) throws(Failure) -> Status {
    try takes(1)
    let (store, repository) = try named(0, io)
    let writer = Writer(io.output.buffer)
    for operation in try store.operations(of: repository, atMost: limit?.number ?? 10) {
      writer.summary(operation, repository)
      try io.output.settle()
    }
    return .success
  }

  func show(_ io: Standard) throws(Failure) -> Status {
    try takes(2)
    let (store, repository) = try named(0, io)
    let path = try argument(1, "PATH")
    guard let record = try store.record(path, of: repository) else {
      throw Failure(.absent, "\(Path(path))", "no such file of \(repository.name) is remembered")
    }
    Writer(io.output.buffer).record(record, repository)
    return .success
  }

  /// All records, as what they are or as a listing.
  func list(_ io: Standard) throws(Failure) -> Status {
    try takes(1)
    let (store, repository) = try named(0, io)
    guard verb == .export else {
      let writer = Writer(io.output.buffer)
      try store.forEach(of: repository) { (record) throws(Failure) in
        writer.record(record, repository)
        try io.output.settle()
      }
      return .success
    }
    let section = Section(io.output, tool: io.name)
    var head = Head(.listing, root: repository.root)
    head.isOrdered = true
    try section.open(head)
    try store.forEach(of: repository) { (record) throws(Failure) in
      try section.entry(bytes: record.size) { writer in writer.file(record) }
    }
    try section.close(isComplete: !Interrupt.isRequested)
    return .success
  }

  func prune(_ io: Standard) throws(Failure) -> Status {
    try takes(1)
    let (store, repository) = try named(0, io)
    let now = Clock.now()
    let moment = older.map { now.advanced(by: -$0.nanoseconds) } ?? now
    let count = try store.prune(repository, keeping: keep.number, before: moment)
    io.log.info("\(repository.name): \(count) operations are forgotten")
    return .success
  }
}

extension RecordStore {
  fileprivate func forEach(
    of repository: Repository, _ body: (FileRecord) throws(Failure) -> Void
  ) throws(Failure) {
    var last: [UInt8]?
    while !Interrupt.isRequested {
      let page = try page(of: repository, after: last, within: [], atMost: 1_024)
      guard let end = page.last else { return }
      for record in page { try body(record) }
      last = end.path
    }
  }
}

extension Writer {
  fileprivate func file(_ record: FileRecord) {
    record.path.withUnsafeBytes { add(.path, name: $0) }
    add(.size, record.size)
    add(.mtime, record.time)
    if !record.hash.isEmpty {
      add(.sha256, text: String(decoding: record.hash, as: UTF8.self))
    }
  }

  func record(_ record: FileRecord, _ repository: Repository) {
    begin(.record)
    add(.repository, text: repository.name)
    file(record)
    add(.lastScanned, record.scanned)
    add(.scanGeneration, record.generation)
    add(.createdAt, record.created)
    add(.updatedAt, record.updated)
    end()
  }

  func summary(_ operation: Operation, _ repository: Repository) {
    begin(.summary)
    add(.repository, text: repository.name)
    add(.repositoryID, text: repository.id)
    members(of: operation)
    end()
  }

  func members(of operation: Operation) {
    add(.operationType, text: operation.kind.rawValue)
    add(.state, text: operation.state.rawValue)
    add(.filesScanned, operation.scanned)
    add(.filesAdded, operation.added)
    add(.filesUpdated, operation.updated)
    add(.filesRemoved, operation.removed)
    add(.startTime, operation.start)
    if let end = operation.end { add(.endTime, end) }
    if let milliseconds = operation.milliseconds { add(.durationMilliseconds, milliseconds) }
    if let reason = operation.reason { add(.errorMessage, text: reason) }
  }
}
