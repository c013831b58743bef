internal import Core
internal import Glibc
internal import Inbox
internal import System
internal import Values

/// Appends to an inbox or takes from it, until it is done or kills itself at a moment that a test
/// has chosen.
///
///     probe-inbox append FOLDER MICROSECONDS NAME    prints each number that is kept
///     probe-inbox take FOLDER MICROSECONDS FILE      adds what it takes to a file
@main
struct Probe {
  private static let job = "a/job"

  static func main() {
    let words = CommandLine.arguments
    guard words.count == 5, let fuse = UInt32(words[3]) else { exit(64) }
    let thread = fuse == 0 ? nil : Thread { die(after: fuse) }
    do throws(Failure) {
      let inbox = Inbox(Path(text: words[2]))
      if words[1] == "append" {
        try append(to: inbox, words[4])
      } else {
        try take(from: inbox, Path(text: words[4]))
      }
    } catch {
      if error.kind != .later { exit(Status(error.kind).rawValue) }
    }
    if thread != nil { exit(0) }
  }

  private static func die(after microseconds: UInt32) {
    usleep(microseconds)
    kill(getpid(), SIGKILL)
  }

  private static func append(to inbox: Inbox, _ name: String) throws(Failure) {
    let output = Output(1, "standard output")
    let lines = Buffer()
    for number in 0..<100_000 {
      lines.clear()
      // Some come alone, and some with others.
      for part in 0...number % 3 {
        let path = "\(name)/\(number)/\(part)"
        lines.append(
          Array(#"{"type":"event","root":"r","path":"\#(path)","event":"create"}"#.utf8) + [10])
      }
      _ = try inbox.append(lines.bytes, for: job)
      output.buffer.append(Array("\(name)/\(number)/\(number % 3)\n".utf8))
      try output.flush()
    }
  }

  private static func take(from inbox: Inbox, _ path: Path) throws(Failure) {
    let opened = path.withCString { open($0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644) }
    let target = Descriptor(owning: opened)
    while let haul = try inbox.take(job, root: Path(text: "r")) {
      let section = haul.section.withCString { open($0, O_RDONLY | O_CLOEXEC) }
      let source = Descriptor(owning: section)
      let input = Input(source.number, "section")
      let output = Output(target.number, "\(path)", capacity: 1 << 26)
      while let line = try input.next() {
        output.buffer.append(line)
        output.buffer.append(10)
      }
      try output.flush()
      try haul.done()
    }
  }
}
