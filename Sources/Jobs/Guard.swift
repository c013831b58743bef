package import Command
package import Core
internal import System
internal import Values

/// Watches over repositories, side by side, until it is told to stop.
package final class Guard {
  /// What all sentries work with.
  struct Post {
    let loop: Loop
    let tools: Tools
    let environment: Environment
    let output: Output
    let log: Log
    let variables: [(name: String, value: String)]
  }

  private let loop: Loop
  private let sentries: [Sentry]

  /// `variables` is what the stages find in their environment, besides ours.
  package init(
    _ repositories: [Repository], _ io: Standard, _ variables: [(name: String, value: String)]
  ) throws(Failure) {
    Interrupt.ignoreBrokenPipes()
    loop = try Loop()
    // What they say stands behind the name of a repository: in sentences, whatever ours look like.
    let plain: [(name: String, value: String)] = [
      ("S4L_LOG_LEVEL", io.log.level.name), ("S4L_LOG_FORMAT", Log.Format.plain.rawValue),
    ]
    let post = Post(
      loop: loop, tools: try Tools.current(io.environment), environment: io.environment,
      output: io.output, log: io.log, variables: variables + plain)
    var sentries: [Sentry] = []
    for repository in repositories { sentries.append(try Sentry(repository, post)) }
    self.sentries = sentries
  }

  /// Stands until we are told to stop, and all pipes have ended well.
  package func stand() throws(Failure) {
    try Interrupt.watch(on: loop) { [self] in
      for sentry in sentries { sentry.note(.stopped) }
    }
    try Nudge.watch(on: loop) { [self] in
      for sentry in sentries { sentry.note(.asked) }
    }
    for sentry in sentries { sentry.note(.tick) }
    while !sentries.allSatisfy(\.isOver) { try loop.turn(mayWait: true) }
  }
}
