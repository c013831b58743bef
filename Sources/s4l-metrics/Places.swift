import Bookings
import Core
import Glibc
import Metrics
import Records
import System
import Values

/// Where the other programs keep what we tell of.
struct Places: Sendable {
  let environment: Environment
  let state: Path
  let log: Path

  init(_ environment: Environment, _ configuration: Configuration) throws(Failure) {
    guard let state = environment.folder(.state) else {
      throw Failure(.absent, "HOME", "the variable is not set, so nobody knows where to look")
    }
    self.environment = environment
    self.state = Path(text: state)
    let file = configuration.group("daemon")?.text("log_file")
    log = file.map { Path(text: $0) } ?? self.state.appending("daemon.log")
  }

  var metrics: Path { state.appending("metrics") }
  var schedule: Path { state.appending("cron.state") }
  var daemon: Path { state.appending("daemon.json") }
  var locks: Path { state.appending("locks") }
  var runs: Path { state.appending("runs") }

  var pauses: Pauses { Pauses(state: state) }

  static func time(of path: Path) -> Timestamp? {
    let found = path.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    guard case .success(let inode) = found else { return nil }
    return inode.mtime
  }

  static func exists(_ path: Path) -> Bool { time(of: path) != nil }

  /// When jobs are due next, by their ids.
  func due() throws(Failure) -> [String: String] {
    var due: [String: String] = [:]
    for line in try schedule.contents(atMost: 16 << 20)?.split(separator: 10) ?? [] {
      let document: JSON
      do { document = try JSON(parsing: Array(line)) } catch { continue }
      if let id = document["id"]?.text, let next = document["next"]?.text { due[id] = next }
    }
    return due
  }

  /// The last lines of the log.
  func lastLines(_ count: Int) throws(Failure) -> [String] {
    let bytes = try log.contents(atMost: 32 << 10) ?? []
    return bytes.split(separator: 10).suffix(count).map { String(decoding: $0, as: UTF8.self) }
  }
}
