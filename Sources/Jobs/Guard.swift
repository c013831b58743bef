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
  private let post: Post
  private var sentries: [Sentry] = []
  private var wanted: [Repository]
  private var isStopping = false

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
    post = Post(
      loop: loop, tools: try Tools.current(io.environment), environment: io.environment,
      output: io.output, log: io.log, variables: variables + plain)
    wanted = repositories
  }

  /// What is to be watched from now on.
  package struct Change {
    package var repositories: [Repository]
    /// Whether those that are as they were are to be begun anew all the same.
    package var isForAll: Bool

    package init(_ repositories: [Repository], isForAll: Bool) {
      self.repositories = repositories
      self.isForAll = isForAll
    }
  }

  /// Stands until we are told to stop, and all pipes have ended well. Now and then `look` is asked
  /// whether something else is to be watched.
  package func stand(_ look: @escaping () -> Change?) throws(Failure) {
    try Interrupt.watch(on: loop) { [self] in
      isStopping = true
      for sentry in sentries { sentry.note(.stopped) }
    }
    try Nudge.watch(on: loop) { [self] in
      for sentry in sentries { sentry.note(.asked) }
    }
    follow(look)
    while true {
      try settle()
      if isStopping, sentries.isEmpty { return }
      try loop.turn(mayWait: true)
    }
  }

  private static let interval: Int64 = 1_000_000_000

  private func follow(_ look: @escaping () -> Change?) {
    loop.after(Guard.interval) { [weak self] in
      guard let self, !isStopping else { return }
      if let change = look() { adopt(change) }
      follow(look)
    }
  }

  /// Only what has changed is begun anew.
  private func adopt(_ change: Change) {
    wanted = change.repositories
    for sentry in sentries where change.isForAll || !wanted.contains(sentry.repository) {
      post.log.info("\(sentry.repository.id): it is configured otherwise now")
      sentry.note(.stopped)
    }
  }

  /// Lets those go that have ended. None begins before an earlier one of its repository has ended.
  private func settle() throws(Failure) {
    sentries.removeAll(where: \.isOver)
    if isStopping { return }
    let known = Set(sentries.map(\.repository.id))
    for repository in wanted where !known.contains(repository.id) {
      let sentry = try Sentry(repository, post)
      sentries.append(sentry)
      sentry.note(.tick)
    }
  }
}
