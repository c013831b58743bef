import Core
import Glibc
import HTTP
import Support
import System
import Values

/// A server of Tests/Servers, which ends when the tests do.
final class Server: Sendable {
  let port: Int
  private let process: System.Process
  private let input: Int32

  /// One for all tests that need nothing of their own.
  static let plain = Server("echo_http.py")
  static let secured = Server("echo_http.py", Certificate.own.words)

  init(_ program: String, _ words: [String] = []) {
    do throws(Failure) {
      let input = try Pipe().release()
      let output = try Pipe().release()
      let script = House.root.appending("Tests/Servers/\(program)")
      process = try System.Process.start(
        program: Path(text: "/usr/bin/env"),
        arguments: (["python3", "\(script)"] + words).map { Array($0.utf8) },
        stdin: input.reader, stdout: output.writer)
      for file in [input.reader, output.writer] { close(file) }
      self.input = input.writer
      port = Server.number(from: output.reader)
      close(output.reader)
    } catch {
      preconditionFailure(error.message)
    }
  }

  deinit {
    close(input)
    do throws(Failure) { _ = try process.wait() } catch { preconditionFailure(error.message) }
  }

  private static func number(from file: Int32) -> Int {
    var text = ""
    var byte: UInt8 = 0
    while read(file, &byte, 1) == 1, byte != 10 { text.append(Character(Unicode.Scalar(byte))) }
    guard let number = Int(text) else { preconditionFailure("the server did not start: \(text)") }
    return number
  }

  func url(_ path: String, scheme: String = "http") -> String {
    "\(scheme)://127.0.0.1:\(port)\(path)"
  }
}

/// A certificate of a server on this machine, signed by itself.
final class Certificate: Sendable {
  static let own = Certificate()
  let sandbox = Sandbox()

  var file: Path { sandbox.folder.appending("certificate.pem") }
  var words: [String] { ["\(file)", "\(sandbox.folder.appending("key.pem"))"] }

  init() {
    let made = sandbox.run(
      [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        "/CN=here", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out",
        "certificate.pem",
      ], asRoot: true)
    precondition(made.status == 0, "openssl is needed: \(made)")
  }
}

/// A courier on a loop of its own.
struct Office {
  let loop: Loop
  let courier: Courier

  /// On a machine that has much else to do, connecting may take its time.
  static let patient = Courier.Manner(connect: Span(nanoseconds: 120_000_000_000))

  init(_ manner: Courier.Manner = Office.patient) throws(Failure) {
    loop = try Loop()
    courier = try Courier(loop, manner)
  }

  func answer(_ exchange: Exchange) throws -> Answer {
    try courier.perform(exchange).get()
  }

  /// What an exchange that must fail fails with.
  func trouble(_ exchange: Exchange) throws -> Trouble? {
    switch try courier.perform(exchange) {
    case .success: nil
    case .failure(let trouble): trouble
    }
  }
}

/// The body of the server's answers.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 * 7 % 251) } }
