import Core
import Glibc
import Metrics
import Records
import System
import Values

/// The daemon as it tells of itself, and as the kernel sees it.
struct Supervisor {
  var process: Int
  var started: Timestamp?
  var children: [JSON]
  /// Seconds since it began, bytes, and seconds of the processor.
  var uptime = 0.0
  var memory = 0.0
  var processor = 0.0

  /// Nil where none is running.
  init?(_ places: Places, at now: Timestamp) throws(Failure) {
    guard let bytes = try places.daemon.contents(atMost: 1 << 20) else { return nil }
    let document: JSON
    do { document = try JSON(parsing: bytes) } catch { return nil }
    guard let process = document["pid"]?.integer, process > 0,
      let stat = try Path(text: "/proc/\(process)/stat").contents(atMost: 4_096)
    else { return nil }
    self.process = process
    started = document["started"]?.text.flatMap(Timestamp.init(text:))
    children = document["children"]?.list ?? []
    if let started {
      uptime = max(
        0,
        Double(now.seconds - started.seconds)
          + Double(now.nanoseconds - started.nanoseconds) / 1e9)
    }
    // The name of the program, which may be anything, ends at the last parenthesis.
    guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return }
    let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " ")).map {
      Double(String(decoding: $0, as: UTF8.self)) ?? 0
    }
    guard fields.count > 21 else { return }
    processor = (fields[11] + fields[12]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    memory = fields[21] * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// How many children of a kind are running.
  func running(_ kind: String) -> Int {
    children.count { child in
      child["name"]?.text?.hasPrefix(kind) == true && child["state"]?.text == "running"
    }
  }

  var document: JSON {
    .object([
      .init("pid", .integer(process)), .init("uptime", .integer(Int(uptime))),
      .init("memory", .integer(Int(memory))), .init("children", .list(children)),
    ])
  }
}
