package import Command
package import Core
internal import System
internal import Values

/// Runs several jobs side by side, each by a process of this very program.
package final class Side {
  private let words: [[UInt8]]
  private let variables: [(name: String, value: String)]
  private let width: Int
  private let io: Standard
  private let loop: Loop
  private var waiting: [String] = []
  private var children: [Child] = []
  private var running = 0
  private var status = Status.success

  /// `words` are options that all are given; `width` tells how many go at once.
  package init(
    _ words: [[UInt8]], _ variables: [(name: String, value: String)], width: Int, _ io: Standard
  ) throws(Failure) {
    self.words = words
    self.variables = variables
    self.width = max(width, 1)
    self.io = io
    loop = try Loop()
  }

  /// The status is the gravest of all.
  package func run(_ names: [String]) throws(Failure) -> Status {
    waiting = names.reversed()
    try Interrupt.watch(on: loop) { [self] in
      waiting = []
      for child in children { child.stop() }
    }
    begin()
    while running > 0 { try loop.turn(mayWait: true) }
    return status
  }

  private func begin() {
    while running < width, let name = waiting.popLast() {
      do throws(Failure) { try start(name) } catch {
        io.log.error("\(name): \(error.message)")
        status = status.joined(with: Status(error.kind))
      }
    }
  }

  private func start(_ name: String) throws(Failure) {
    let own = try Path(text: "/proc/self/exe").resolved()
    let quiet = io.isQuiet ? [Array("--quiet".utf8)] : []
    var plan = Child.Plan(own, quiet + words + [Array("--".utf8), Array(name.utf8)])
    plan.environment =
      variables + [
        Parent.mark, ("S4L_LOG_LEVEL", io.log.level.name),
        ("S4L_LOG_FORMAT", io.log.format.rawValue),
      ]
    plan.grace = 60_000_000_000
    children.append(
      try Child.start(plan, on: loop) { [self] result in
        running -= 1
        ended(name, result)
        begin()
      })
    running += 1
  }

  private func ended(_ name: String, _ result: Result<Child.Report, Failure>) {
    switch result {
    case .success(let report):
      switch report.ended {
      case .exited(let code):
        status = status.joined(with: Status(rawValue: code) ?? .bug)
      case .signalled(let signal):
        if !Interrupt.isRequested { io.log.error("\(name): it was killed by signal \(signal)") }
        status = status.joined(with: .unavailable)
      }
    case .failure(let failure):
      io.log.error("\(name): \(failure.message)")
      status = status.joined(with: Status(failure.kind))
    }
  }
}
