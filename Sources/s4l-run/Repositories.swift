internal import Bookings
internal import Command
internal import Core
internal import Jobs
internal import Pipeline
internal import Queues
internal import Settings
internal import System
internal import Values

/// Repositories: compared with the index once, or watched.
extension RunTool {
  /// Compares one with the index.
  func run(
    _ repository: Repository, _ io: Standard
  ) throws(Failure) -> Status {
    try checkEnabled(repository.id, repository.isEnabled)
    for option in ["--trash", "--delete-despite-errors"]
    where cleaning.contains(where: { $0.starts(with: option.utf8) }) {
      throw RunTool.stray(option, "it does not go with a [[repositories]]: no file is deleted")
    }
    var terms = Repository.Terms(cache: try repository.cache(io.environment))
    terms.isDry = isDry
    terms.brakes = cleaning
    let recipe = repository.comparison(terms)
    let source = repository.folder
    let target = Path(text: repository.id)
    var course = Course(recipe, from: source, to: target, isDry: isDry, teller: nil)
    if prints { return try show([course], io) }
    try terms.cache.parent.makeFolders(mode: 0o700)
    let thrift = try repository.share.map { (share) throws(Failure) in try Thrift(percent: share) }
    course.account = thrift?.descriptor
    var attempt = Attempt(repository.id, of: source, to: target, io)
    attempt.isDry = isDry
    attempt.patience = patience ?? attempt.patience
    attempt.variables = variables
    let courses = [course]
    return try attempt.run(repository.claim, { courses }) { _, _ in thrift?.settle() }.status
  }

  /// Compares several, each in a process of its own.
  func runAll(
    _ repositories: [Repository], _ configuration: Configuration, _ io: Standard
  ) throws(Failure) -> Status {
    let width = configuration.group("concurrency")?.integer("max_concurrent_syncs") ?? 4
    var words: [[UInt8]] = cleaning
    for (option, isGiven) in [("--force", isForced), ("--dry-run", isDry)] where isGiven {
      words.append(Array(option.utf8))
    }
    if let patience { words.append(Array("--wait=\(patience.text)".utf8)) }
    return try Side(words, variables, width: width, io).run(repositories.map(\.id))
  }

  /// Watches, until it is told to stop.
  func watch(_ io: Standard) throws(Failure) -> Status {
    if prints {
      for repository in try repositories(try queues.configuration(io)) {
        let cache = try repository.cache(io.environment)
        io.output.buffer.append(repository.watch(cache: cache).shell)
      }
      return .success
    }
    let live = try LiveConfiguration(queues.file, io.environment, io.log)
    var before = live.current
    // The stages see the configuration that we see.
    let group = try Guard(try repositories(before), io, [("S4L_CONFIG", live.copy)])
    try group.stand {
      guard live.refresh() else { return nil }
      let isMoved =
        before.groups(of: "index").map(\.meaning) != live.current.groups(of: "index").map(\.meaning)
      do throws(Failure) {
        let wanted = try repositories(live.current)
        before = live.current
        io.log.info("the configuration has changed")
        return Guard.Change(wanted, isForAll: isMoved)
      } catch {
        io.log.error("\(error.message); what has been watched goes on being watched")
        return nil
      }
    }
    return .success
  }

  /// Those that are named, or all that are enabled.
  func repositories(_ configuration: Configuration) throws(Failure) -> [Repository] {
    var found: [Repository] = []
    if jobs.isEmpty {
      for group in configuration.groups(of: "repositories") {
        let repository = try Repository(group)
        if repository.isEnabled || isForced { found.append(repository) }
      }
      if found.isEmpty {
        throw Failure(.config, "repositories", "no [[repositories]] is enabled")
      }
      return found
    }
    for name in jobs {
      let group = try configuration.job(name)
      guard group.section == "repositories" else {
        let reason = "it is one of [[\(group.section)]]: only [[repositories]] go side by side"
        throw Failure(.usage, name, watches ? "only [[repositories]] are watched" : reason)
      }
      let repository = try Repository(group)
      try checkEnabled(repository.id, repository.isEnabled)
      if !found.contains(where: { $0.id == repository.id }) { found.append(repository) }
    }
    return found
  }
}
