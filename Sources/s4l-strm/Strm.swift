internal import Command
internal import Core

/// To come.
@main
struct Strm: Tool {
  static var page: Page {
    Page(
      name: "s4l-strm", summary: "to come", description: ["To come."],
      statuses: [.success, .usage], examples: [.init("To come.", "s4l strm")], related: [])
  }

  static var options: [Option<Self>] { [] }

  static var operands: [Operand<Self>] { [] }

  func run(_ io: Standard) throws(Failure) -> Status { .success }
}
