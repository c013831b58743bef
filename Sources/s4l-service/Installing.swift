internal import Command
internal import Core
internal import Services
internal import Settings
internal import System
internal import Values

/// Takes the steps of an installation, or tells them.
struct Installing {
  private let tool: ServiceTool
  private let profile: Profile
  private let io: Standard
  private let steps: Installation
  /// Whether systemd is there and may be told.
  private let runs: Bool

  init(_ tool: ServiceTool, _ profile: Profile, _ io: Standard) throws(Failure) {
    self.tool = tool
    self.profile = profile
    self.io = io
    let folder = io.environment.folder(.config).map { Path(text: $0).parent.trimmed }
    if tool.isPersonal, folder == nil {
      throw Failure(.usage, "--user", "there is no HOME whose service it would be")
    }
    steps = Installation(
      profile, root: tool.root ?? Path(text: "/"), home: folder ?? Path(text: "/"),
      makesUser: tool.user == nil)
    runs = tool.root == nil && Path(text: "/run/systemd/system").exists
  }

  func install() throws(Failure) -> Status {
    let all = try steps.install(runs: runs, starts: !tool.waits)
    // Before anything is changed: a file of somebody else's stops all.
    for case .write(let path, _) in all { _ = try Definition.stands(at: path) }
    // The user has to be there before it is asked what the user may do.
    var status = Status.success
    for step in all {
      try take(step)
      if case .write(steps.unit, _) = step, runs, !tool.isDry { status = try tryPlaces() }
    }
    if tool.isDry { return status }
    if runs {
      io.log.notice("\(profile.name): installed" + (tool.waits ? "" : " and started"))
    } else if tool.root == nil {
      io.log.warn(
        "\(steps.unit): written, but systemd does not run here: nothing was started")
    }
    return status
  }

  func uninstall() throws(Failure) -> Status {
    guard try Definition.stands(at: steps.unit) else {
      throw Failure(.absent, "\(steps.unit)", "there is no such service of ours")
    }
    let all = steps.uninstall(runs: runs) { path in path.exists }
    for case .remove(let path) in all { _ = try Definition.stands(at: path) }
    for step in all { try take(step) }
    if !tool.isDry { io.log.notice("\(profile.name): removed; configuration and state stay") }
    return .success
  }

  private func take(_ step: Installation.Step) throws(Failure) {
    if tool.isDry { return tell(step) }
    switch step {
    case .write(let path, let text): try Definition.write(text, to: path)
    case .remove(let path): try Definition.remove(path)
    case .run(let words):
      let (program, arguments) = try command(words)
      let ended = try Process.start(program: program, arguments: arguments, stdout: 2).wait()
      if ended != .exited(0) {
        throw Failure(.unavailable, words.joined(separator: " "), "it failed")
      }
    }
  }

  private func tell(_ step: Installation.Step) {
    let line =
      switch step {
      case .write(let path, _): "write \(path)"
      case .remove(let path): "remove \(path)"
      case .run(let words): "run \(words.joined(separator: " "))"
      }
    io.output.buffer.append(Array((line + "\n").utf8))
  }

  /// Whether the user of the service may do there what it has to; what it may not is told.
  private func tryPlaces() throws(Failure) -> Status {
    var status = Status.success
    let needs =
      [(profile.config, false)] + profile.read.map { ($0, false) }
      + profile.written.map { ($0, true) }
    for (path, toWrite) in needs where path.exists || !toWrite {
      guard let trial = steps.trial(of: path, toWrite: toWrite) else { continue }
      if try answer(trial) == .exited(0) { continue }
      let what = toWrite ? "write to" : path.exists ? "read" : "find"
      io.log.warn("\(path): the user of the service cannot \(what) it")
      status = .partial
    }
    return status
  }

  private func answer(_ words: [String]) throws(Failure) -> Ended? {
    let (program, arguments) = try command(words)
    return try Process.capture(program: program, arguments: arguments, within: 10_000_000_000)
      .ended
  }

  private func command(_ words: [String]) throws(Failure) -> (Path, [[UInt8]]) {
    let program = try Tools.current().program(Path(text: words[0]))
    return (program, words.dropFirst().map { Array($0.utf8) })
  }
}
