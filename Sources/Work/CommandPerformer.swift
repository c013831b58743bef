package import Core
internal import Glibc
package import System
package import Tasks
package import Values

/// Has each task done by a program of its own: the payload is its input, its output is the result,
/// and its exit status says what becomes of the task.
package final class CommandPerformer: Performer {
  package var ended: (Shift.Key, Upshot) -> Void = { _, _ in }
  private let program: Path
  private let arguments: [[UInt8]]
  private let environment: () -> [(name: String, value: String)]
  private let patience: Span
  private let loop: Loop
  private var children: [Shift.Key: Child] = [:]

  /// More of a result is dropped.
  package static let longestResult = 1 << 20

  package init(
    _ program: Path, _ arguments: [[UInt8]], patience: Span, _ loop: Loop,
    environment: @escaping () -> [(name: String, value: String)]
  ) {
    self.program = program
    self.arguments = arguments
    self.patience = patience
    self.loop = loop
    self.environment = environment
  }

  package func begin(_ task: Task, limit: Timestamp) throws(Failure) {
    let key = Shift.Key(task)
    var plan = Child.Plan(program, arguments)
    plan.environment = environment() + (try Surroundings.variables(of: task, limit: limit))
    plan.input = .bytes(task.payload ?? [])
    plan.output = .first(CommandPerformer.longestResult)
    plan.errors = .last(2 * Remark.longest)
    plan.grace = patience.nanoseconds
    // Whoever reads our messages reads those of the command among them.
    plan.heard = { piece in
      _ = write(2, piece.baseAddress, piece.count)
    }
    children[key] = try Child.start(plan, on: loop) { [weak self] outcome in
      self?.finished(key, outcome)
    }
  }

  private func finished(_ key: Shift.Key, _ outcome: Result<Child.Report, Failure>) {
    children[key] = nil
    switch outcome {
    case .success(let report): ended(key, CommandPerformer.ending(report))
    case .failure(let failure): ended(key, .failed(failure.kind, reason: failure.message))
    }
  }

  static func ending(_ report: Child.Report) -> Upshot {
    let result = report.output.isEmpty ? nil : report.output
    if report.ended.isSuccess { return .done(result: result) }
    let reason = Remark.text(report.ended, report.errors)
    guard case .exited(let status) = report.ended else {
      return .failed(nil, reason: reason, result: result)
    }
    let kind = Failure.Kind.allCases.first { Status($0).rawValue == status }
    return .failed(kind, reason: reason, result: result)
  }

  package func flush() {}

  package func stop(_ key: Shift.Key) { children[key]?.stop() }

  package func kill(_ key: Shift.Key) { children[key]?.kill() }

  package func close() {}
}
