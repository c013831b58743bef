package import Core
package import System

/// How a pipe ended, stage by stage.
///
/// A stage whose input was cut off, or whose reader went away, only tells of a neighbour's end, so
/// the first stage with a trouble of its own speaks for the pipe. That some items failed is said
/// only where nothing worse happened.
package struct Verdict: Equatable {
  package private(set) var status = Status.success
  /// What to say of a stage that could not speak for itself.
  package private(set) var message: String?
  private var isSettled = false

  private static let brokenPipe: Int32 = 13

  package init(_ status: Status = .success) {
    self.status = status
  }

  package mutating func add(_ tool: String, _ ended: Ended) {
    switch ended {
    case .exited(0), .signalled(Verdict.brokenPipe): return
    case .exited(let code):
      let found = Status(rawValue: code) ?? .bug
      if isSettled { return }
      if found == .partial {
        status = status.joined(with: .partial)
      } else {
        isSettled = true
        status = found
      }
    case .signalled(let signal):
      if isSettled { return }
      isSettled = true
      status = .unavailable
      message = "s4l-\(tool) was killed by signal \(signal)"
    }
  }
}
