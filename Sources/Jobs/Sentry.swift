internal import Annals
internal import Core
internal import Pipeline
internal import Records
internal import System
internal import Values

/// Watches over one repository: starts and ends the pipes that its `Vigil` asks for.
final class Sentry {
  let repository: Repository
  private let post: Guard.Post
  private let cache: Path
  private var vigil: Vigil
  private var chain: Chain?
  private var comparison: Child?
  private var timer: Loop.Timer?
  private let parser = Parser()
  /// What the pipe that watches has said since it was begun, while it may turn out that it cannot
  /// be and says why, once more; nil from then on.
  private var held: [[UInt8]]?
  private var hearing: Loop.Timer?
  private var reason = ""

  init(_ repository: Repository, _ post: Guard.Post) throws(Failure) {
    self.repository = repository
    self.post = post
    cache = try repository.cache(post.environment)
    vigil = Vigil(every: repository.interval, from: Sentry.now) { Int.random(in: 0..<$0) }
  }

  private static var now: Vigil.Moment {
    Vigil.Moment(elapsed: Clock.elapsed(), wall: Clock.now())
  }

  var isOver: Bool { vigil.isOver }

  /// Tells it what has happened, and has done what follows.
  func note(_ event: Vigil.Event) {
    let now = Sentry.now
    if event == .tick, vigil.isDue(now) { learn(now) }
    for order in vigil.note(event, at: now) { carryOut(order) }
    if let timer { post.loop.cancel(timer) }
    timer = nil
    if isOver { return }
    timer = post.loop.after(vigil.quiet(from: Sentry.now)) { [weak self] in self?.note(.tick) }
  }

  /// Sees whether somebody else has made a comparison meanwhile.
  private func learn(_ now: Vigil.Moment) {
    do throws(Failure) {
      guard let last = try History.find(post.environment)?.lastWhole(repository.id) else { return }
      vigil.learn(last, at: now)
    } catch {
      post.log.warn("\(repository.id): what has been run cannot be told: \(error.message)")
    }
  }

  private func carryOut(_ order: Vigil.Order) {
    switch order {
    case .watch: watch()
    case .compare: compare()
    case .endWatch: chain?.end()
    case .endComparison: comparison?.stop()
    }
  }

  /// What a pipe says is told as it is, with the name of the repository before it.
  private func say(_ line: [UInt8]) {
    if held != nil {
      held?.append(line)
    } else {
      tell(line)
    }
  }

  private func tell(_ line: [UInt8]) {
    post.log.notice("\(repository.id): \(Path.visible(line))")
  }

  /// Writes what an operation has come to.
  private func write(_ line: [UInt8]) {
    post.output.buffer.append(line)
    post.output.buffer.append(10)
    do throws(Failure) { try post.output.flush() } catch {
      // Nobody hears what we say, but the index goes on being kept.
      post.log.warn(error.message)
    }
  }
}

// MARK: Watching

extension Sentry {
  private func watch() {
    let terms = Chain.Terms(
      tools: post.tools, variables: post.variables, said: { [weak self] in self?.say($0) },
      wrote: { [weak self] in self?.hear($0) })
    held = []
    hearing = post.loop.after(Sentry.moment) { [weak self] in self?.release() }
    do throws(Failure) {
      try cache.parent.makeFolders(mode: 0o700)
      let recipe = repository.watch(cache: cache)
      chain = try Chain.start(recipe, terms, on: post.loop) { [weak self] in self?.fallen($0) }
      post.log.info("\(repository.id): watching \(repository.folder)")
    } catch {
      let verdict = Verdict(Status(error.kind))
      post.loop.after(0) { [weak self] in
        self?.fallen(Chain.End(verdict: verdict, reason: error.message))
      }
    }
  }

  /// A pipe that goes on for so long is heard at once.
  private static let moment: Int64 = 2_000_000_000

  private func release() {
    for line in held ?? [] { tell(line) }
    held = nil
  }

  private func fallen(_ end: Chain.End) {
    chain = nil
    if let hearing { post.loop.cancel(hearing) }
    // Why it cannot be watched is said once, not every minute.
    let isRepeated = held != nil && end.reason == reason
    if isRepeated { held = nil } else { release() }
    reason = end.reason
    note(.watchEnded)
    guard let delay = vigil.delay(from: Sentry.now) else { return }
    let tenths = Span(nanoseconds: delay.nanoseconds / 100_000_000 * 100_000_000)
    let why = end.reason.isEmpty ? "the pipe came to its end" : end.reason
    post.log.say(
      isRepeated ? .info : .error,
      "\(repository.id): it is not watched: \(why); trying again in \(tenths.text)", [:])
  }

  /// Hears what the index writes of what it did.
  private func hear(_ line: [UInt8]) {
    write(line)
    let isListing = line.withUnsafeBytes { line in
      do throws(Failure) {
        return try Report(try parser.parse(line))?.isWhole == true
      } catch {
        return false
      }
    }
    if isListing { note(.listed) }
  }
}

// MARK: Comparing

extension Sentry {
  /// Has a run made of its own, with its claim and its place in the history.
  private func compare() {
    do throws(Failure) {
      guard case .runnable(let program) = post.tools.find("run") else {
        throw Failure(.unavailable, "s4l-run", "the program cannot be found")
      }
      let dashes = repository.id.utf8.first == UInt8(ascii: "-") ? ["--"] : []
      let words = (repository.isEnabled ? [] : ["--force"]) + dashes + [repository.id]
      var plan = Child.Plan(program, words.map { Array($0.utf8) })
      plan.environment = post.variables + [Parent.mark]
      plan.grace = 60_000_000_000
      plan.errors = .last(0)
      var said = Speech { [weak self] in self?.tell($0) }
      plan.heard = { said.add($0) }
      plan.output = .last(0)
      var wrote = Speech { [weak self] in self?.write($0) }
      plan.read = { wrote.add($0) }
      comparison = try Child.start(plan, on: post.loop) { [weak self] in self?.compared($0) }
    } catch {
      post.log.error("\(repository.id): \(error.message)")
      post.loop.after(0) { [weak self] in self?.compared(.failure(error)) }
    }
  }

  private func compared(_ result: Result<Child.Report, Failure>) {
    comparison = nil
    let good: [Ended] = [.exited(0), .exited(Status.partial.rawValue)]
    let isWhole =
      switch result {
      case .success(let report): good.contains(report.ended)
      case .failure: false
      }
    note(.comparisonEnded(isWhole: isWhole))
  }
}
