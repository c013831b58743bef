import Core
import Foundation
import Glibc
import System
import Values

/// A program that serves on loopback for as long as this process lives.
///
/// It tells its endpoint in the first line that it writes, and ends when its input does. That is
/// the end of a pipe which this process alone holds, so it is gone however this process ends.
package final class Server: Sendable {
  package let endpoint: String
  private let input: Int32
  private let output: Int32
  private let process: System.Process
  private let turn = NSLock()

  package static let folder: Path = House.root.appending("Tests/Servers")

  /// The interpreter that has what the tests use of others.
  package static let python: Path = House.root.appending(".scratch/venv/bin/python3")

  package init(_ program: Path, _ arguments: [String]) {
    // Nothing of the machine's own settings shall count.
    let words =
      ["-i", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "\(program)"]
      + arguments
    do throws(Failure) {
      let questions = try System.Pipe()
      let answers = try System.Pipe()
      process = try .start(
        program: Path(text: "/usr/bin/env"), arguments: words.map { Array($0.utf8) },
        stdin: questions.reader.number, stdout: answers.writer.number, group: .own)
      let (reader, writer) = questions.release()
      close(reader)
      input = writer
      let (others, unused) = answers.release()
      close(unused)
      output = others
    } catch {
      preconditionFailure(error.message)
    }
    endpoint = Server.line(output)
    precondition(!endpoint.isEmpty, "\(program) \(arguments.joined(separator: " ")): see above")
  }

  /// Starts one of the Python programs beside the scripts.
  package convenience init(python script: String, _ arguments: [String] = []) {
    precondition(
      Server.python.withCString { access($0, X_OK) } == 0, "run `make venv` before the tests")
    self.init(Server.python, ["\(Server.folder.appending(script))"] + arguments)
  }

  deinit {
    close(input)
    close(output)
    do throws(Failure) { _ = try process.wait() } catch { preconditionFailure(error.message) }
  }

  /// Asks one question and waits for the answer, each one line of JSON.
  package func ask(_ question: [String: any Sendable]) throws -> [String: Any] {
    try ask(JSONSerialization.data(withJSONObject: question))
  }

  package func ask(_ question: Data) throws -> [String: Any] {
    let line = question + [UInt8(ascii: "\n")]
    let answer = turn.withLock {
      let count = line.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      precondition(count == line.count, "a server of the tests has ended")
      return Server.line(output)
    }
    let object = try JSONSerialization.jsonObject(with: Data(answer.utf8))
    return object as? [String: Any] ?? [:]
  }

  /// The one line that is written in answer to a question, or what there was of it.
  private static func line(_ file: Int32) -> String {
    var line: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while line.last != UInt8(ascii: "\n") {
      let count = read(file, &chunk, chunk.count)
      if count <= 0 { break }
      line += chunk.prefix(count)
    }
    return String(decoding: line.dropLast(), as: UTF8.self)
  }

  /// What an S3 client needs in its environment to use a server of the tests.
  package static func variables(_ endpoint: String) -> [String] {
    [
      "AWS_ENDPOINT_URL_S3=\(endpoint)", "AWS_ACCESS_KEY_ID=test",
      "AWS_SECRET_ACCESS_KEY=testtest", "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
    ]
  }

  /// A name for a bucket that nobody has yet.
  package static func freshName() -> String {
    "test-\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
  }
}
