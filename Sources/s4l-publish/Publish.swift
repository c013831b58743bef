internal import Command
internal import Core
internal import Glibc
internal import Queues
internal import Records
internal import System
internal import Tasks
internal import Tree
internal import Values

/// Queues the upload of a folder, or of single files.
@main
struct Publish: Tool {
  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    [
      .value("folder", nil, "FOLDER", \.folder, "The folder, in place of the first operand."),
      .value("prefix", nil, "PREFIX", \.prefix, "Its prefix, in place of the second operand."),
      .value("split", nil, "N", \.split, "Queue tasks of at most N files each, and one to check."),
      .toggle(
        "delete-after-sync", nil, \.deletesSources,
        "Delete source files once their copies are confirmed."),
      .flag("overwrite", nil, \.overwrites, "Send every file, whatever is there."),
      .value("queue", nil, "NAME", \.queue, "The queue."),
      .value("id", nil, "ID", \.id, "The id of the task, in place of one that is made up."),
      .flag("dry-run", "n", \.isDry, "Queue nothing; write what would be queued."),
    ] + QueueChoice.table.map { $0.within(\.queues) }
  }

  static var operands: [Operand<Self>] {
    [
      .optional("FROM", \.from, "The folder, or a file.", .files),
      .optional("TO", \.to, "Its prefix, or the key of the file."),
      .rest("MORE", \.more, "Further files, each followed by its key.", .files),
    ]
  }

  var folder: Path?
  var prefix: Text?
  var split: Count?
  /// Nil for what the configuration says where the task is worked.
  private var deletes: Bool?
  private var deletesSources: Bool {
    get { deletes ?? false }
    set { deletes = newValue }
  }
  var overwrites = false
  var queue = "default"
  var id: String?
  var isDry = false
  var queues = QueueChoice()
  var from: Path?
  var to: Text?
  var more: [[UInt8]] = []

  func run(_ io: Standard) throws(Failure) -> Status {
    let sync = try named()
    let configuration = try queues.configuration(io)
    let orders = try orders(sync, configuration, io)
    let admissions: [Admission]
    if isDry {
      admissions = orders.map { _ in .queued(.pending) }
    } else {
      admissions = try queues.open(configuration, io).push(orders, at: Clock.now())
    }
    var status = Status.success
    let writer = Writer(io.output.buffer)
    for (order, admission) in zip(orders, admissions) {
      switch admission {
      case .queued(let state):
        writer.task(order.task, state)
        try io.output.settle()
      case .taken, .full, .duplicate, .postponed:
        io.log.error("\(order.task.id): there is a task of this id")
        status = .partial
      }
    }
    if status == .success { tell(orders, sync, io) }
    return status
  }

  // MARK: What is to be sent

  private func named() throws(Failure) -> FileSync {
    if folder != nil || prefix != nil {
      guard let folder, let prefix, from == nil else {
        throw Failure(.usage, "--folder", "it goes with --prefix, and without operands")
      }
      return try sync(folder, prefix.path)
    }
    guard let from else { throw Failure(.usage, "FROM", "the operand is missing") }
    guard let to else { throw Failure(.usage, "TO", "the operand is missing") }
    if more.isEmpty { return try sync(from, to.path) }
    if more.count % 2 != 0 {
      throw Failure(.usage, "\(Path(more[more.count - 1]))", "its key is missing")
    }
    var sync = FileSync()
    /// With the names that were given.
    var named: [FileSync.Pair] = []
    let words = [from.bytes, to.path.bytes] + more
    for place in stride(from: 0, to: words.count, by: 2) {
      let from = Path(words[place])
      let pair = try pair(from, Path(words[place + 1]))
      sync.pairs.append(pair)
      named.append(FileSync.Pair(from, to: pair.to))
    }
    try FileSync.checkKeys(named, .usage)
    return sync
  }

  /// A folder and its prefix, or one file and its key.
  private func sync(_ from: Path, _ to: Path) throws(Failure) -> FileSync {
    let source = try from.spelledOut()
    guard try FileSync.isFolder(source) else {
      var sync = FileSync()
      sync.pairs = [try pair(from, to)]
      return sync
    }
    if try Roll.isEmpty(source) {
      throw Failure(.absent, "\(from)", "the folder holds no file")
    }
    return FileSync(source, to: try key(to))
  }

  private func pair(_ from: Path, _ to: Path) throws(Failure) -> FileSync.Pair {
    let source = try from.spelledOut()
    if try FileSync.isFolder(source) {
      throw Failure(.usage, "\(from)", "it is a folder: folders are published one at a time")
    }
    let key = try key(!to.isEmpty && to.isFolder ? to.appending(source.name) : to)
    if key.isEmpty { throw Failure(.usage, "TO", "it is no key for a file") }
    return FileSync.Pair(source, to: key)
  }

  private func key(_ path: Path) throws(Failure) -> Path {
    if isLocation(path) {
      throw Failure(
        .usage, "\(path)", "it is a location: TO is a prefix or key in the bucket of [s3]")
    }
    do { return try FileSync.key(path) } catch {
      throw Failure(.usage, error.subject, error.reason)
    }
  }

  /// Whether somebody means a place, `scheme://…` or `remote:…`. A key may hold a colon, but hardly
  /// begins so.
  private func isLocation(_ path: Path) -> Bool {
    let text = path.bytes
    if text.starts(with: "s3:".utf8) { return true }
    let scheme = text.prefix { $0 != UInt8(ascii: ":") }
    return !scheme.contains(Path.slash) && text.dropFirst(scheme.count).starts(with: "://".utf8)
  }

  // MARK: The tasks

  private func orders(
    _ sync: FileSync, _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> [Order] {
    var publication = Publication {
      Identifier.make(at: Clock.now(), Machine.random(16))
    }
    let settings = configuration.group("publish")
    publication.queue = queue
    publication.retries = settings?.integer("max_retry") ?? publication.retries
    publication.timeout =
      settings?.integer("timeout_minutes").map { $0 * 60 } ?? publication.timeout
    publication.deletesSources = deletes
    publication.overwrites = overwrites
    guard let split else { return [publication.order(sync, id: id)] }
    if !sync.pairs.isEmpty { throw Failure(.usage, "--split", "it goes with a folder") }
    if id != nil {
      throw Failure(.usage, "--split", "it makes several tasks, which have no one id")
    }
    var holes = 0
    let orders = try publication.parts(of: sync.folder, to: sync.prefix, split.number) {
      (each) throws(Failure) in holes = try Roll.call(sync.folder, each)
    }
    if holes > 0 {
      io.log.warn("\(holes) places of \(sync.folder) could not be looked at; no task names them")
    }
    return orders
  }

  /// Says it to whoever sits before a terminal.
  private func tell(_ orders: [Order], _ sync: FileSync, _ io: Standard) {
    if io.isQuiet || isatty(2) != 1 { return }
    let what = orders.count == 1 ? "task \(orders[0].task.id)" : "\(orders.count) tasks"
    io.log.notice("\(what) \(isDry ? "would be queued" : "queued") in \(queue)")
  }
}

/// A prefix or a key, which may be empty as a path may not.
struct Text: OptionValue {
  static let noun = "a prefix"
  let path: Path

  init?(argument: [UInt8]) { path = Path(argument) }
}
