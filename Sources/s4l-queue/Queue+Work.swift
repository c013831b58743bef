import Command
import Core
import Queues
import Settings
import System
import Tasks
import Values
import Work

/// How tasks are worked.
struct Working {
  static var table: [Option<Working>] { options.map { $0.with("work") } }

  private static var options: [Option<Working>] {
    [
      .value(
        "concurrency", "c", "N", \.width,
        "Work so many tasks at once; as [daemon] says if not given, else 4."),
      .flag("until-empty", nil, \.isBrief, "End once nothing is ready and nothing is in hand."),
      .flag("stream", nil, \.streams, "The command goes on: it reads tasks and writes verdicts."),
      .flag("strict", nil, \.isStrict, "Serve a queue only while all heavier ones are empty."),
      .list("limit", nil, "NAME=N", \.limits, "Of this queue, let N be worked at once by anyone."),
      .value(
        "grace", nil, "SPAN", \.grace,
        "When told to end, let tasks go on for so long; 8s if not given."),
      .value(
        "patience", nil, "SPAN", \.patience,
        "Kill a command so long after asking it to end; 5s if not given."),
      .value(
        "lease", nil, "SPAN", \.lease,
        "Tasks of a worker not heard of for so long are another's; 30s if not given."),
      .value(
        "backoff", nil, "SPAN", \.backoff,
        "The first pause after a failure, doubled by each next; if not given, as asynq has them."),
    ]
  }

  var width: Count?
  var isBrief = false
  var streams = false
  var isStrict = false
  var limits: [Weighted] = []
  var grace = Span(seconds: 8)
  var patience = Span(seconds: 5)
  var lease = Span(seconds: 30)
  var backoff: Span?
}

extension Queue {
  func work(_ io: Standard) throws(Failure) -> Status {
    let live = try LiveConfiguration(place.file, io.environment, io.log)
    // Without a command of its own it is the daemon that the configuration speaks of.
    let level = arguments.isEmpty ? live.current.group("daemon")?.text("log_level") : nil
    let log = io.log(configured: level)
    let command = try command(io)
    if working.lease.nanoseconds < 1_000_000_000 {
      throw Failure(.usage, "--lease", "a lease is a second at least")
    }
    Interrupt.ignoreBrokenPipes()
    while !Interrupt.isRequested {
      let loop = try Loop()
      let store = try place.open(live.current, io)
      let shop = Workshop(
        store, handler(command, live, loop, log), try order(live.current), loop, io.output, log)
      var isMoved = false
      follow(live, shop, loop) {
        isMoved = true
        log.warn("the queues are kept elsewhere now; what is in hand is finished first")
        shop.finish()
      }
      try shop.run()
      if !isMoved { break }
    }
    return .success
  }

  /// What is worked, and how.
  private func order(_ configuration: Configuration) throws(Failure) -> Workshop.Order {
    let served = queues.map { Draw.Queue($0.name, $0.weight ?? 1) }
    let names = Set(served.map(\.name))
    if names.count < served.count { throw Failure(.usage, "--queue", "a queue is named twice") }
    var order = Workshop.Order(
      Draw(served.isEmpty ? usual : served, isStrict: working.isStrict))
    for limit in working.limits {
      guard let number = limit.weight else {
        throw Failure(.usage, "--limit", "\"\(limit.name)\" must be NAME=N")
      }
      guard order.draw.queues.contains(where: { $0.name == limit.name }) else {
        throw Failure(.usage, "--limit", "\"\(limit.name)\" is no queue that is served")
      }
      order.limits[limit.name] = number
    }
    order.terms.width = width(configuration)
    order.terms.isBrief = working.isBrief
    order.terms.grace = working.grace
    order.terms.patience = working.patience
    order.terms.lease = working.lease
    order.judge.backoff = working.backoff.map(Backoff.doubling) ?? .usual
    return order
  }

  /// The queues if none is named: those of s4l-publish, s4l-hook and s4l-run, with uploads, the
  /// command that follows them, and libraries, for whoever works these.
  private var usual: [Draw.Queue] {
    [Draw.Queue(Task.usualQueue)]
      + (arguments.isEmpty ? [Draw.Queue("after_sync"), Draw.Queue("library")] : [])
  }

  private func width(_ configuration: Configuration) -> Int {
    working.width?.number ?? configuration.group("daemon")?.integer("concurrency") ?? 4
  }

  /// Who does the work: what is named, else what works the tasks of s4l-publish.
  private func command(_ io: Standard) throws(Failure) -> (Path, [[UInt8]]) {
    let tools = try Tools.current(io.environment)
    let words = arguments.isEmpty ? [Array("s4l-run".utf8), Array("--task".utf8)] : arguments
    if arguments.isEmpty, working.streams {
      throw Failure(.usage, "--stream", "it needs a command")
    }
    return (try tools.program(Path(words[0])), Array(words.dropFirst()))
  }

  private func handler(
    _ command: (Path, [[UInt8]]), _ live: LiveConfiguration, _ loop: Loop, _ log: Log
  ) -> any Performer {
    // Whoever is started for a task sees the configuration and the queues that this worker sees.
    let variables = {
      [(name: "S4L_CONFIG", value: live.copy)]
        + (place.told.map { [(name: "S4L_QUEUE_URL", value: $0)] } ?? [])
        + (arguments.isEmpty ? [(name: "S4L_LOG_LEVEL", value: log.level.name)] : [])
    }
    if working.streams {
      return StreamPerformer(command.0, command.1, variables(), loop, log)
    }
    return CommandPerformer(
      command.0, command.1, patience: working.patience, loop, environment: variables)
  }

  /// Looks at the configuration now and then, and has the worker heed what has changed.
  private func follow(
    _ live: LiveConfiguration, _ shop: Workshop, _ loop: Loop, moved: @escaping () -> Void
  ) {
    let before = Queue.places(live.current)
    loop.after(Queue.interval) { [weak shop, weak loop] in
      guard let shop, let loop else { return }
      if live.refresh() {
        shop.width = width(live.current)
        if place.told == nil, Queue.places(live.current) != before { return moved() }
      }
      follow(live, shop, loop, moved: moved)
    }
  }

  /// What of a configuration says where the queues are.
  private static func places(_ configuration: Configuration) -> [Configuration.Group.Meaning] {
    (configuration.groups(of: "queue") + configuration.groups(of: "redis")).map(\.meaning)
  }

  private static let interval: Int64 = 2_000_000_000
}
