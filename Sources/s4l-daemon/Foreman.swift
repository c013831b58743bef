internal import Bookings
internal import Command
internal import Core
internal import Glibc
internal import Metrics
internal import Queues
internal import Records
internal import Settings
internal import Supervision
internal import System
internal import Tasks
internal import Values

/// The life of the daemon: has those at work whom the configuration wants, until it is told to end.
final class Foreman {
  private let io: Standard
  private let log: Log
  private let place: Places
  private let tools: Tools
  private let live: LiveConfiguration
  private let loop: Loop
  private let herald: Herald
  private let ear: Ear
  private let journal: Journal
  private var roster = Roster()
  private var children: [String: Child] = [:]
  private var timer: Loop.Timer?
  private var isDraining = false
  private(set) var restarts = false
  private var trouble: Failure?
  private let started = Clock.now()
  private var queue: (any TaskStore)?

  private static let second: Int64 = 1_000_000_000

  init(_ place: Places, _ io: Standard) throws(Failure) {
    self.io = io
    self.place = place
    live = try LiveConfiguration(place.config, io.environment, io.log)
    loop = try Loop()
    tools = try Tools.current(io.environment)
    journal = try Journal(place, live.current, tools, loop)
    var log = io.log(configured: live.current.group("daemon")?.text("log_level"))
    log.descriptor = journal.descriptor
    self.log = log
    journal.say = { log.error($0) }
    let isCounted = live.current.group("metrics")?.isPresent ?? false
    journal.leaflet = Leaflet("s4l-daemon", isWanted: isCounted, io.environment, log)
    herald = Herald(io.environment)
    weak var me: Foreman?
    ear = Ear(loop, log) { job in me?.queue(job) }
    me = self
  }

  func run(ready: () -> Void) throws(Failure) -> Status {
    try Interrupt.watch(on: loop) { [unowned self] in drain() }
    try Nudge.watchHangup(on: loop) { [unowned self] in reload(asked: true) }
    ear.follow(live.current)
    act(roster.want(posts, at: Clock.elapsed()))
    ready()
    herald.isReady()
    log.info("ready", ["children": .integer(children.count)])
    journal.tidy()
    look()
    if let interval = herald.interval { beat(interval) }
    while trouble == nil, !(isDraining && roster.isEmpty) { try loop.turn(mayWait: true) }
    try place.forget()
    if trouble == nil { log.info("ended") }
    journal.drain()
    if let trouble { throw trouble }
    return .success
  }

  private var posts: [Roster.Post] {
    Posts(live.current, config: Array(live.copy.utf8)).all
  }

  // MARK: The configuration

  /// Looks at the file now and then: a version counts when it is found for the second time.
  private func look() {
    loop.after(Foreman.second) { [unowned self] in
      if isDraining { return }
      reload(asked: false)
      journal.look()
      tellLost()
      look()
    }
  }

  private func reload(asked: Bool) {
    if isDraining { return }
    let before = live.current
    if asked { herald.reloads() }
    if asked { journal.look() }
    var isNew = live.refresh()
    if asked { isNew = live.refresh() || isNew }
    if isNew {
      adopt(from: before)
    } else if asked, live.isBehind {
      log.error("the configuration that was in force stays, until the file is right")
    } else if asked {
      log.info("the configuration says the same")
    }
    if asked { herald.isReady() }
  }

  private func adopt(from before: Configuration) {
    log.info("the configuration has changed")
    ear.follow(live.current)
    journal.follow(live.current)
    let keys = ["pid_file", "log_file", "log_level"].filter { key in
      live.current.group("daemon")?[key] != before.group("daemon")?[key]
    }
    if !keys.isEmpty {
      let names = keys.map { "daemon.\($0)" }.joined(separator: ", ")
      if live.current.group("daemon")?.flag("auto_restart_on_config_change") == true {
        log.warn("\(names): it starts anew, as it is configured to")
        restarts = true
        return drain()
      }
      log.warn("\(names): what has changed counts from the next start on")
    }
    act(roster.want(posts, at: Clock.elapsed()))
  }

  // MARK: Children

  private func act(_ actions: [Roster.Action]) {
    var pending = actions[...]
    while let action = pending.popFirst() {
      switch action {
      case .stop(Posts.ship): if !isDraining { journal.freight.end() }
      case .stop(let name): children[name]?.stop()
      case .start(let post):
        do throws(Failure) { try start(post) } catch {
          log.error("\(post.name): it cannot be started: \(error.message)")
          pending += roster.ended(post.name, status: nil, at: Clock.elapsed())
        }
      }
    }
    wait()
    tell()
  }

  private func start(_ post: Roster.Post) throws(Failure) {
    let program = try tools.program(Path(text: Tools.prefix + post.tool))
    var plan = Child.Plan(program, post.arguments)
    plan.environment = [
      Parent.mark, ("S4L_LOG_LEVEL", log.level.name), ("S4L_LOG_FORMAT", log.format.rawValue),
      // They are no services of their own.
      ("NOTIFY_SOCKET", ""), ("WATCHDOG_USEC", ""),
    ]
    plan.grace = Foreman.grace
    plan.output = .nothing
    plan.errors = journal.errors
    if post.name == Posts.ship {
      plan.input = try journal.freight.open()
      plan.errors = .last(0)
      plan.heard = { [unowned self] piece in journal.hearShip(piece) }
    }
    if post.name == "watcher" {
      ear.reset()
      plan.output = .last(0)
      plan.read = { [unowned self] piece in ear.hear(piece) }
    }
    children[post.name] = try Child.start(plan, on: loop) { [unowned self] result in
      children[post.name] = nil
      ended(post, result)
    }
    log.debug("\(post.name) is at work", ["pid": .integer(Int(children[post.name]?.pid ?? 0))])
  }

  /// As long as a worker may take to end what it has in hand, and a little more.
  private static let grace = 20 * second
  /// As long as whoever ships may take to send the last lines, and a little more.
  private static let farewell = 5 * second

  private func ended(_ post: Roster.Post, _ result: Result<Child.Report, Failure>) {
    var status: Int32?
    var words = "it cannot be waited for"
    switch result {
    case .failure(let failure): words = failure.message
    case .success(let report):
      switch report.ended {
      case .exited(let code): (status, words) = (code, "status \(code)")
      case .signalled(let signal): words = "signal \(signal)"
      }
    }
    let isExpected = roster.seats.contains { $0.post.name == post.name && $0.state == .stopping }
    let actions = roster.ended(post.name, status: status, at: Clock.elapsed())
    if !isExpected {
      let isLost = roster.seats.contains { $0.post.name == post.name && $0.state == .failed }
      if isLost {
        log.error("\(post.name) has ended (\(words)): it is not started again as it is")
      } else {
        log.warn("\(post.name) has ended (\(words)): it is started again")
      }
    }
    act(actions)
    endShip()
  }

  /// Once all others have had their last word, whoever ships may send that, and end.
  private func endShip() {
    guard isDraining, children.count == 1, let ship = children[Posts.ship] else { return }
    journal.freight.end()
    loop.after(Foreman.farewell) { ship.stop() }
  }

  private func wait() {
    if let timer { loop.cancel(timer) }
    timer = nil
    guard let next = roster.next else { return }
    timer = loop.after(next - Clock.elapsed()) { [unowned self] in
      timer = nil
      act(roster.tick(at: Clock.elapsed()))
    }
  }

  private func drain() {
    if isDraining { return }
    isDraining = true
    herald.stops()
    log.info("asked to end")
    act(roster.drain(at: Clock.elapsed()))
    endShip()
  }

  /// Lines that whoever ships is too far behind for.
  private func tellLost() {
    let count = journal.freight.takeLost()
    if count > 0 { log.warn("lines were not shipped: too many wait", ["lines": .integer(count)]) }
  }

  private func beat(_ interval: Int64) {
    herald.isAlive()
    loop.after(interval) { [unowned self] in beat(interval) }
  }

  // MARK: What others see

  private func tell() {
    let now = Clock.elapsed()
    let seats = roster.seats.map { seat in
      JSON.object([
        .init("name", .text(seat.post.name)),
        .init("pid", children[seat.post.name].map { .integer(Int($0.pid)) } ?? .null),
        .init("state", .text(seat.state.rawValue)), .init("restarts", .integer(seat.restarts)),
        .init("since", .text(Clock.now().advanced(by: seat.since - now).text)),
      ])
    }
    let document = JSON.object([
      .init("pid", .integer(Int(getpid()))), .init("started", .text(started.text)),
      .init("config", place.config.map { .text("\($0)") } ?? .null),
      .init("children", .list(seats)),
    ])
    do throws(Failure) { try place.tell(document.bytes + [10]) } catch {
      log.warn("its state cannot be written: \(error.message)")
    }
  }

  // MARK: Jobs

  /// Queues a job whose folder has changed.
  private func queue(_ job: String) {
    do throws(Failure) {
      let store = try store()
      switch try store.start(try live.current.job(job), live.current) {
      case .queued, .postponed: log.info("\(job): queued")
      case .duplicate, .taken, .full:
        log.info("\(job): it waits or runs already")
        again(job)
      }
    } catch {
      queue = nil
      log.error("\(job): it cannot be queued: \(error.message)")
      again(job)
    }
  }

  private func store() throws(Failure) -> any TaskStore {
    if let queue { return queue }
    let store = try Queues.open(nil, live.current, io.environment)
    queue = store
    return store
  }

  /// What changed while it ran may have been changed behind its back.
  private func again(_ job: String) {
    loop.after(5 * Foreman.second) { [unowned self] in
      if !isDraining { queue(job) }
    }
  }
}

extension Child {
  fileprivate var pid: Int32 { process.identifier }
}
