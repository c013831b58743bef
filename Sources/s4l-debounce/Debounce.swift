import Command
import Core

@main
struct Debounce: Tool {
  static let page = Page(name: "s4l-debounce", summary: "to come", description: [])

  func run(_ io: Standard) throws(Failure) -> Status { .success }
}
