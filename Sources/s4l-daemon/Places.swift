internal import Command
internal import Core
internal import Glibc
internal import Records
internal import Settings
internal import System
internal import Values

/// Where a daemon is found: the files that it leaves for others, which only one daemon may hold.
final class Places {
  /// As it was named; nil for the usual file.
  let config: Path?
  let folder: Path
  let pidFile: Path
  let logFile: Path
  private var holding: Holding?

  init(_ named: Path?, _ io: Standard) throws(Failure) {
    guard let state = io.environment.folder(.state) else {
      throw Failure(.usage, "HOME", "it is not set: a daemon would have no place for its state")
    }
    config = try named.map { path throws(Failure) in
      path.isAbsolute ? path : path.absolute(from: try Path(text: ".").resolved())
    }
    folder = Path(text: state)
    let group = try Resolution.load(config, io.environment).configuration.group("daemon")
    pidFile = group?.text("pid_file").map { Path(text: $0) } ?? folder.appending("daemon.pid")
    logFile = group?.text("log_file").map { Path(text: $0) } ?? folder.appending("daemon.log")
  }

  var report: Path { folder.appending("daemon.json") }

  // MARK: For the daemon

  /// Takes the place of the one daemon there may be.
  func take() throws(Failure) {
    try folder.makeFolders(mode: 0o700)
    try pidFile.parent.makeFolders(mode: 0o755)
    guard let held = try Holding.take(pidFile, waits: false) else {
      let number = pid.map { ": \($0)" } ?? ""
      throw Failure(.later, "\(pidFile)", "a daemon is running already" + number)
    }
    holding = held
    try pidFile.rewrite("\(getpid())\n", mode: 0o644)
  }

  func tell(_ bytes: [UInt8]) throws(Failure) { try report.replace(bytes) }

  func forget() throws(Failure) {
    if report.withCString({ unlink($0) }) != 0, errno != ENOENT {
      throw Failure(errno: errno, report)
    }
    try pidFile.rewrite("", mode: 0o644)
  }

  // MARK: For others

  /// The process that holds the place; nil if none does.
  func running() throws(Failure) -> Int32? {
    guard try Holding.isTaken(pidFile) else { return nil }
    return pid
  }

  private var pid: Int32? {
    let text = pidFile.small.map { String(decoding: $0, as: UTF8.self) } ?? ""
    return Int32(text.prefix { $0 != "\n" })
  }

  /// Waits until nobody holds it any more.
  func waitUntilFree() throws(Failure) { _ = try Holding.take(pidFile, waits: true) }

  /// What the daemon has said of itself last.
  func told() throws(Failure) -> JSON? {
    guard let bytes = report.small else { return nil }
    return try JSON(parsing: bytes)
  }
}

extension Path {
  /// A small file as a whole; nil where there is none that can be read.
  var small: [UInt8]? {
    let number = withCString { open($0, O_RDONLY | O_CLOEXEC) }
    if number < 0 { return nil }
    let file = Descriptor(owning: number)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(file.number, &chunk, chunk.count)
      if count <= 0 { return bytes }
      bytes += chunk.prefix(count)
    }
  }

  /// Writes a file in place: whoever holds it holds it on.
  fileprivate func rewrite(_ text: String, mode: UInt32) throws(Failure) {
    let number = withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(mode)) }
    if number < 0 { throw Failure(errno: errno, self) }
    let file = Descriptor(owning: number)
    let output = Output(file.number, "\(self)")
    output.buffer.append(Array(text.utf8))
    try output.flush()
    if fchmod(file.number, mode_t(mode)) != 0 { throw Failure(errno: errno, self) }
  }
}
