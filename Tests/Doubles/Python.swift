import Foundation

/// A Python program as somebody else's opinion.
package enum Python {
  /// The one that `make venv` makes, which has what the tests use of others, or else the system's.
  package static let program: String = {
    let own = URL(filePath: #filePath).appending(path: "../../../.scratch/venv/bin/python3")
    let path = own.standardizedFileURL.path
    return FileManager.default.isExecutableFile(atPath: path) ? path : "python3"
  }()

  /// Runs a program with these arguments and this input, and gives what it prints.
  package static func run(
    _ program: String, _ arguments: [String] = [], input: [UInt8] = []
  ) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "s4l-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let given = folder.appending(path: "input")
    let printed = folder.appending(path: "output")
    try Data(input).write(to: given)
    try Data().write(to: printed)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // One that hangs must not take all the others with it.
    let bounded = ["timeout", "-k", "5", "900", Python.program]
    process.arguments = bounded + ["-c", program] + arguments
    process.standardInput = try FileHandle(forReadingFrom: given)
    process.standardOutput = try FileHandle(forWritingTo: printed)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
    return Array(try Data(contentsOf: printed))
  }

  struct Failed: Error { let status: Int32 }
}
