package import Core
package import Records
package import Store
package import Stream
package import System
package import Values

// The map of the library:
//
//   Writing         the stage of the pipe: whose records are ours, and folder by folder to whom
//   Terms           what was asked for
//   Template        what a .strm holds; Mapping makes the path in it, Escaping the URL
//   Naming          how it is called
//   Lookout         what the folder of a film shows that an event names
//   Batch, Scribe   the films of a folder, and the thread that writes what belongs to them
//   Sheet, Ledger   one file on its way to its name; what the manifest says
//   Rewriting       changes the beginning of what is there; Checking tries some of the links

/// Writes a .strm for each film that an entry or an event names.
///
/// The films of a folder are settled together, as two of them may want the same name; in a listing
/// a folder ends when the order leaves it. Outcomes come out of order.
package final class Writing: Stage {
  private let target: Path
  private let choose: (Head?) throws(Failure) -> Terms
  private(set) var terms: Terms
  private var isChosen = false
  let open: Opener
  private let log: Log
  let section: Section
  var head: Head?
  private var ground: Folder?
  private var ledger: Ledger?
  private var isReady = false
  /// The folders that the order has not left yet, from the top down.
  private var path: [Batch] = []
  private var load = Load()
  private var spare: [Batch] = []
  private var crew: Crew<Load>?
  private let shelf = Shelf()
  private var told: Batch.Notes = []
  private var plight = Plight()
  private var takenOver = 0
  private var otherRoot: Path?
  /// How many films have failed so far.
  var failures = 0
  /// Looks at what events name.
  var lookout: Lookout?
  /// For a name at a time.
  let scratch = Buffer()
  var isInSubtree = false

  /// So many films are given to a thread at a time.
  private static let portion = 512

  /// What is asked for may depend on the root that a head names.
  package init(
    to target: Path, _ choose: @escaping (Head?) throws(Failure) -> Terms,
    _ open: @escaping Opener, _ section: Section, _ log: Log
  ) throws(Failure) {
    self.target = target
    self.choose = choose
    terms = try Terms()
    self.open = open
    self.section = section
    self.log = log
  }

  /// Reads a whole stream and writes what it names.
  package func run(_ input: Input) throws(Failure) -> Status {
    Interrupt.ignoreBrokenPipes()
    Interrupt.ignoreFileSizeLimits()
    input.beforeWaiting = { [self] () throws(Failure) in
      // What is still to come of a listing may belong to the folders that are open.
      if isListing { try collect() } else { try settle() }
      lookout?.forget()
      try section.output.flush()
    }
    defer { crew?.finish() }
    var relay = Relay(StreamReader(input), section, log)
    var stage = self
    let status = try relay.run(&stage)
    if let text = plight.text { log.warn(text) }
    if let otherRoot {
      log.warn(
        "\(takenOver) files that were made from \(otherRoot) are another source's now: where both "
          + "are to stay, each needs a folder of its own")
    }
    return status
  }

  /// Whether records come in an order that tells when a folder is over.
  var isListing: Bool { isInSubtree || head?.view == .listing }
  var isDry: Bool { terms.isDry || head?.isDry ?? false }

  // MARK: A stage of the pipe

  package func begin(_ head: inout Head) throws(Failure) {
    terms = try choose(head)
    isChosen = true
    head.isDry = head.isDry || terms.isDry
    head.isOrdered = false
    self.head = head
    isReady = false
    lookout = nil
  }

  package func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    if !isChosen {
      terms = try choose(nil)
      isChosen = true
    }
    switch record.kind {
    case .entry:
      guard let path = record.path, isFilm(path), !record.has(.link) else { return false }
      return try add(record, path)
    case .event: return try take(event: record)
    case .change, .outcome, .hole, .head, .tail, .task, .verdict, .record, .summary, .progress,
      .other:
      return false
    }
  }

  package func end(_ ending: Ending, _ section: Section) throws(Failure) {
    try settle()
    var isComplete = false
    if case .tail(let tail) = ending { isComplete = tail.isComplete }
    if !isDry { ledger?.end(sawAll: isComplete && head?.view == .listing) }
  }

  // MARK: Films

  /// Whether a path is that of a film: by its extension, and not among what machines leave about.
  func isFilm(_ path: UnsafeRawBufferPointer) -> Bool {
    guard terms.media.contains(path) else { return false }
    var name = path.count
    while name > 0, path[name - 1] != Path.slash { name -= 1 }
    if path.count - name > 2, path[name] == UInt8(ascii: "."), path[name + 1] == UInt8(ascii: "_") {
      return false
    }
    return !Junk.isTheme(UnsafeRawBufferPointer(rebasing: path[name...]))
  }

  /// Adds a film to its folder; false if it is too small for one.
  func add(
    _ record: Record, _ path: UnsafeRawBufferPointer, named own: Bool = false
  ) throws(Failure) -> Bool {
    let size = try record.integer(.size)
    // What an event names is looked at first.
    let isTold = record.kind == .event && !isListing
    if !isTold, let size, size < terms.least { return false }
    try prepare()
    let batch = try folder(of: path)
    if batch.isJunk { return false }
    var film = Batch.Film()
    film.size = size ?? -1
    if let time = try record.time(.mtime) { film.seconds = time.seconds }
    let writer = Writer(batch.bytes)
    film.head.start = batch.bytes.count
    writer.begin(.outcome)
    if own { writer.add(.path, name: path) }
    writer.copy(record, except: own ? Writing.told.union([.path]) : Writing.told)
    film.head.end = batch.bytes.count
    film.path = batch.add(path)
    film.name = Batch.Run(start: film.path.start + batch.folder.count, end: film.path.end)
    if terms.template.needsSign { film.sign = member(.sign, of: record, batch) }
    if terms.template.needsURL { film.url = member(.url, of: record, batch) }
    if terms.template.needsIdentity { film.id = member(.id, of: record, batch) }
    if isTold {
      film.event = batch.add(record.line)
      batch.isTold = true
    }
    batch.films.append(film)
    if let objection = Junk.objection(path) {
      batch.fail(batch.films.count - 1, Failure(.data, "", objection))
    }
    if batch.films.count >= Batch.most, !isDisc(batch) { try split() }
    return true
  }

  func isDisc(_ batch: Batch) -> Bool {
    terms.discs && Disc.title(of: batch.folder.bytes) != nil
  }

  private func member(_ member: Member, of record: Record, _ batch: Batch) -> Batch.Run {
    let start = batch.bytes.count
    if !record.append(member, to: batch.bytes) { batch.bytes.count = start }
    return Batch.Run(start: start, end: batch.bytes.count)
  }

  /// The batch of the folder that a path lies in; those that do not lead there are done with.
  private func folder(of film: UnsafeRawBufferPointer) throws(Failure) -> Batch {
    var end = film.count
    while end > 0, film[end - 1] != Path.slash { end -= 1 }
    let name = UnsafeRawBufferPointer(rebasing: film[..<end])
    while let last = path.last {
      let known = last.folder.bytes
      if known.count == end, known.elementsEqual(name) { return last }
      if known.count < end, isListing, name.starts(with: known) { break }
      path.removeLast()
      try hand(last)
    }
    return enter(name)
  }

  func enter(_ name: UnsafeRawBufferPointer) -> Batch {
    let batch = spare.popLast() ?? Batch()
    batch.folder.append(name)
    batch.isJunk = Junk.isJunk(name)
    path.append(batch)
    return batch
  }

  /// The film of a disc is one of those of the folder that the disc lies in, which the order has
  /// not left yet: so it is settled together with files there that want the same name.
  private func release(disc batch: Batch) {
    guard terms.discs, let title = Disc.title(of: batch.folder.bytes),
      let film = batch.takeStream(terms)
    else { return }
    let name = UnsafeRawBufferPointer(rebasing: batch.folder.bytes[..<title])
    let isOpen = path.last?.folder.bytes.elementsEqual(name) ?? false
    let home = isOpen ? path[path.count - 1] : enter(name)
    home.add(film, from: batch)
  }

  /// Hands over what a large folder has so far; the names that it took stay taken.
  private func split() throws(Failure) {
    guard let full = path.popLast() else { return }
    try complete(full)
    let next = spare.popLast() ?? Batch()
    next.folder.append(full.folder.bytes)
    full.settle(terms)
    next.taken = full.taken
    path.append(next)
    try queue(full)
  }

  // MARK: To the threads and back

  /// Opens or makes what is written into, before the first film of a section.
  func prepare() throws(Failure) {
    if isReady { return }
    isReady = true
    if ground != nil, isDry || ledger != nil { return }
    if isDry {
      do { ground = try Folder.open(target) } catch { if error.kind != .absent { throw error } }
      return
    }
    let made = try Folder.making(target)
    ledger = try Ledger(of: made)
    ground = made
  }

  private func hand(_ batch: Batch) throws(Failure) {
    try complete(batch)
    release(disc: batch)
    if batch.films.isEmpty {
      batch.clear()
      spare.append(batch)
      return
    }
    batch.settle(terms)
    try queue(batch)
  }

  private func queue(_ batch: Batch) throws(Failure) {
    load.batches.append(batch)
    load.count += batch.films.count
    if load.count >= Writing.portion { try send() }
  }

  private func send() throws(Failure) {
    if load.batches.isEmpty { return }
    var orders = Orders(
      terms: terms, ground: ground, ledger: ledger, endsFolders: !isListing)
    orders.terms.isDry = isDry
    orders.provenance = Provenance(head?.root ?? terms.from, byEvents: head?.view == .events)
    load.orders = orders
    let crew =
      self.crew
      ?? Crew(terms.jobs, limit: 4) { [shelf] load in
        if let orders = load.orders {
          var scribe = Scribe(load, orders)
          scribe.run()
        }
        shelf.put(load)
      }
    self.crew = crew
    crew.submit(load)
    load = shelf.free() ?? Load()
    try collect()
    // Outside of a listing the next record may be of a film that was just handed over.
    if !isListing {
      crew.drain()
      try collect()
    }
  }

  /// Waits for all that was begun, and tells of it.
  func settle() throws(Failure) {
    while let last = path.popLast() { try hand(last) }
    try send()
    crew?.drain()
    try collect()
  }

  /// Tells of what is done.
  private func collect() throws(Failure) {
    for done in shelf.take() {
      for batch in done.batches {
        try section.take(batch.out.bytes, batch.tally)
        failures += batch.failures
        plight.add(batch.plight)
        warn(of: batch.notes)
        takenOver += batch.takenOver
        otherRoot = otherRoot ?? batch.otherRoot
        batch.clear()
        spare.append(batch)
      }
      done.batches.removeAll(keepingCapacity: true)
      done.count = 0
      shelf.keep(done)
    }
  }

  private func warn(of notes: Batch.Notes) {
    let new = notes.subtracting(told)
    told.formUnion(new)
    if new.contains(.long) {
      log.warn("some URLs are longer than 1000 bytes, which not every player reads")
    }
    if new.contains(.fleeting) {
      log.warn("some signs expire, and the .strm files with them; link_expiration 0 gives others")
    }
  }
}
