import Core
import Doubles
import Glibc
import Records
import Stream
import System
import Values

/// An input that reads these bytes.
func input(_ text: String) throws -> Input {
  let scratch = try Scratch()
  let output = Output(scratch.descriptor, "scratch")
  output.buffer.append(Array(text.utf8))
  try output.flush()
  try scratch.rewind()
  let input = Input(scratch.descriptor, "test")
  // The file has to stay for as long as it is read.
  input.whenInterrupted = { withExtendedLifetime(scratch) { false } }
  return input
}

/// Writes into a file and tells what was written.
final class Sheet {
  let scratch: Scratch
  let section: Section

  init() throws {
    scratch = try Scratch()
    section = Section(Output(scratch.descriptor, "scratch"), tool: "s4l-test")
  }

  func text() throws -> String {
    try section.output.flush()
    try scratch.rewind()
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = read(scratch.descriptor, &bytes, bytes.count)
    return String(decoding: bytes[..<max(count, 0)], as: UTF8.self)
  }
}

let quiet = Log(tool: "s4l-test", level: .fatal)

func withBytes<Answer>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Answer) -> Answer {
  Array(text.utf8).withUnsafeBytes { body($0) }
}
