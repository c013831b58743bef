import Command
import Core

@main
struct Queue: Tool {
  static let page = Page(name: "s4l-queue", summary: "to come", description: [])

  func run(_ io: Standard) throws(Failure) -> Status { .success }
}
