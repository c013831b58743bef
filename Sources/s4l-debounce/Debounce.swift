internal import Command
internal import Core
internal import Debounce
internal import Records
internal import Stream
internal import System
internal import Values

/// Lets records wait until it is quiet, so that many of one path become one.
@main
struct DebounceTool: Tool {
  static var page: Page {
    Page(
      name: "s4l-debounce",
      summary: "make many events one, and act once it is quiet",
      description: [
        "s4l-debounce holds every event until its path has been quiet for {--wait}, or it has been "
          + "held for {--at-most}, and writes one in place of many. Each path has a time of its "
          + "own. All that is held is written before the tail of its section, and at the end."
      ] + merging + passing + commands,
      reads: [.event, .entry],
      writes: [.head, .event, .entry, .tail],
      environment: [
        ("TMPDIR", "Where the records for COMMAND wait, in a file without a name.")
      ],
      statuses: [.success, .partial, .usage, .data, .unavailable, .io],
      examples: [
        .init(
          "Copy what changes, once it has not changed for two seconds.",
          "tail -F events.ndjson | s4l debounce --wait 2s | s4l put s3://bucket/photos"),
        .init(
          "Tell another machine once nothing has changed for five minutes.",
          "tail -F events.ndjson |\n"
            + "  s4l debounce --wait 5m --timeout 10m --no-input -- ssh web reload"),
        .init(
          "See what is left of many events.",
          "s4l debounce --wait 1h < events.ndjson | jq -c '[.event, .path, .to]'"),
      ],
      related: ["s4l-put(1)", "s4l-stream(5)"])
  }

  static var options: [Option<Self>] {
    [
      .value("wait", nil, "SPAN", \.wait, "How long it must have been quiet; 500ms unless given."),
      .value(
        "at-most", nil, "SPAN", \.atMost,
        "How long a record waits at most; ten times --wait unless given."),
      .value(
        "key", nil, "MEMBER", \.key,
        "Hold records by the value of this member; the last one stands for all."),
      .value(
        "max-held", nil, "N", \.maxHeld, "Hold at most N records; 100000 unless given."),
      .value("timeout", nil, "SPAN", \.timeout, "End COMMAND when it has run for so long."),
      .toggle("input", nil, \.hasInput, "Give COMMAND the records to read, as it has by default."),
    ]
  }

  static var operands: [Operand<Self>] {
    [.rest("COMMAND", \.command, "A program to run when it is quiet, and its arguments.")]
  }

  var wait = Span(nanoseconds: 500_000_000)
  var atMost: Span?
  var key: String?
  var maxHeld = Count(100_000)
  var timeout: Span?
  var hasInput = true
  var command: [[UInt8]] = []

  func run(_ io: Standard) throws(Failure) -> Status {
    let choices = try choices
    let loop = try Loop()
    try Interrupt.watch(on: loop) {}
    let section = Section(io.output, tool: io.name)
    let errand = try order(io).map { order in
      Errand(order, Burst(quiet: choices.quiet, most: choices.most), loop, io.log)
    }
    let stage = DebounceStage(choices, section, errand, loop, io.log, clock: Clock.elapsed)
    let input = io.input
    input.beforeWaiting = { [unowned input] () throws(Failure) in
      try stage.wait(for: input.descriptor)
    }
    let relay = Relay(StreamReader(input), section, io.log, passesListings: true)
    let status = try self.relay(stage, relay, errand)
    return errand?.failures ?? 0 > 0 ? status.joined(with: .partial) : status
  }

  /// Whatever becomes of the records, the command that runs for some of them is waited for.
  private func relay(
    _ stage: DebounceStage, _ relay: Relay, _ errand: Errand?
  ) throws(Failure) -> Status {
    var stage = stage
    var relay = relay
    do {
      let status = try relay.run(&stage)
      try errand?.finish(mayBegin: !Interrupt.isRequested)
      return status
    } catch {
      // What goes wrong after that says less.
      do { try errand?.finish(mayBegin: false) } catch {}
      throw error
    }
  }

  private var choices: DebounceStage.Choices {
    get throws(Failure) {
      let most = atMost?.nanoseconds ?? wait.nanoseconds.multipliedReportingOverflow(by: 10).0
      if most < wait.nanoseconds {
        throw Failure(.usage, "--at-most", "it cannot be shorter than --wait")
      }
      if command.isEmpty, timeout != nil || !hasInput {
        throw Failure(.usage, timeout == nil ? "--no-input" : "--timeout", "there is no COMMAND")
      }
      if let timeout, timeout.nanoseconds == 0 {
        throw Failure(.usage, "--timeout", "COMMAND must have some time")
      }
      var choices = DebounceStage.Choices(quiet: wait.nanoseconds, most: most)
      choices.key = key
      choices.limit.events = maxHeld.number
      return choices
    }
  }

  private func order(_ io: Standard) throws(Failure) -> Errand.Order? {
    guard let name = command.first else { return nil }
    var order = Errand.Order(
      try Tools.current(io.environment).program(Path(name)), Array(command.dropFirst()))
    order.timeout = timeout?.nanoseconds
    order.reads = hasInput
    return order
  }
}
