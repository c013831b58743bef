import Core
import Glibc
import System
import Values

/// A Redis server of one test, on a free port of loopback and a socket in a folder of its own.
///
/// A shell keeps it and kills it when its own input ends, which is when this process does.
package final class RedisServer {
  package let port: Int
  package let folder: Path
  private let options: [String]
  private var process: System.Process?
  private var input: Int32 = -1
  private var output: Int32 = -1
  /// The server itself, not the shell.
  package private(set) var identifier: Int32 = 0

  /// Starts a server with options as on its command line. A file of configuration comes first.
  package init(_ options: [String] = [], sentinel: Bool = false) {
    var template = Array("/tmp/s4l-redis-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no folder can be made in /tmp")
    folder = Path(template.dropLast().map { UInt8(bitPattern: $0) })
    if sentinel { House.write([], to: folder.appending("sentinel.conf")) }
    let common = ["--save", "", "--dir", "\(folder)", "--bind", "127.0.0.1", "--port"]
    let socket = ["--unixsocket", "\(folder.appending("socket"))"]
    while true {
      let port = RedisServer.freePort()
      let words =
        sentinel
        ? ["\(folder.appending("sentinel.conf"))", "--sentinel"] + common.dropFirst(2) + ["\(port)"]
        : common + ["\(port)"] + socket
      if let started = RedisServer.start(words + options) {
        self.options = words + options
        self.port = port
        (process, input, output, identifier) = started
        return
      }
    }
  }

  deinit {
    stop()
    _ = Sandbox.run(["/bin/rm", "-rf", "\(folder)"], stdin: [], within: 60)
  }

  package var socket: Path { folder.appending("socket") }

  /// Kills the server without a warning and waits until it is gone.
  package func kill() {
    stop()
  }

  /// Starts it again where it was.
  package func restart() {
    stop()
    guard let started = RedisServer.start(options) else {
      preconditionFailure("redis-server does not start again on port \(port)")
    }
    (process, input, output, identifier) = started
  }

  private func stop() {
    guard let process else { return }
    close(input)
    close(output)
    do throws(Failure) { _ = try process.wait() } catch { preconditionFailure(error.message) }
    self.process = nil
  }

  private typealias Started = (System.Process?, Int32, Int32, Int32)

  /// Nil if it ended at once, as it does where its port is not free.
  private static func start(_ options: [String]) -> Started? {
    let script = "redis-server \"$@\" </dev/null & echo \"pid $!\"; read _; kill -9 $!; wait"
    let words =
      ["-i", "PATH=/usr/local/bin:/usr/bin:/bin", "/bin/sh", "-c", script, "sh"] + options
    do throws(Failure) {
      let questions = try System.Pipe()
      let answers = try System.Pipe()
      let process = try System.Process.start(
        program: Path(text: "/usr/bin/env"), arguments: words.map { Array($0.utf8) },
        stdin: questions.reader.number, stdout: answers.writer.number,
        stderr: answers.writer.number, group: .own)
      let (reader, writer) = questions.release()
      close(reader)
      let (others, unused) = answers.release()
      close(unused)
      if let identifier = awaited(others) { return (process, writer, others, identifier) }
      close(writer)
      close(others)
      _ = try process.wait()
      return nil
    } catch {
      preconditionFailure(error.message)
    }
  }

  /// Reads what it logs until it serves.
  private static func awaited(_ file: Int32) -> Int32? {
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = read(file, &chunk, chunk.count)
      precondition(count > 0, "redis-server is missing: install redis-server and redis-sentinel")
      text += chunk.prefix(count)
      let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
      let started = lines.first { $0.hasPrefix("pid ") }.flatMap { Int32($0.dropFirst(4)) }
      let told = lines.joined(separator: "\n")
      precondition(!told.contains("FATAL") && !told.contains("not found"), told)
      if told.contains("Failed listening") || told.contains("Could not create server") {
        return nil
      }
      let serves = told.contains("Ready to accept connections") || told.contains("Sentinel ID is")
      if let started, serves { return started }
    }
  }

  private static func freePort() -> Int {
    let file = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(file) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        precondition(bind(file, pointer, size) == 0, "no port is free")
        getsockname(file, pointer, &size)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
