internal import Command
internal import Core
internal import Metrics
internal import PocketBase
internal import Settings
internal import Shipping
internal import System
internal import Values

/// Keeps lines of logs, and sends them to PocketBase.
@main
struct Ship: Tool {
  enum Level: String, Choice { case trace, debug, info, warn, error, fatal }

  static var page: Page { Manual.page }

  static var options: [Option<Self>] {
    [
      .value("collection", nil, "NAME", \.collection, "Where to; sync_logs if not given."),
      .value("least", nil, "LEVEL", \.least, "Leave out what is less grave; info if not given."),
      .value("batch", nil, "N", \.batch, "Send at most N lines at once; 50 if not given."),
      .value("limit", nil, "SIZE", \.limit, "Keep at most so much; 64MiB if not given."),
      .value("grace", nil, "SPAN", \.grace, "How long to go on sending at the end; 5s."),
      .value("spool", nil, "DIR", \.spool, "Where lines wait, in place of the usual folder."),
      .flag("pass", "p", \.passes, "Write every line to standard output too, as it came."),
      .value("config", nil, "FILE", \.config, "Read this configuration, not the usual one."),
      .value("pocketbase-url", nil, "URL", \.url, "The server, in place of the configured one."),
    ]
  }

  var collection = "sync_logs"
  var least = Level.info
  var batch = 50
  var limit = Size(bytes: 64 << 20)
  var grace = Span(nanoseconds: 5_000_000_000)
  var spool: Path?
  var passes = false
  var config: Path?
  var url: String?

  var isFed: Bool { true }

  func run(_ io: Standard) throws(Failure) -> Status {
    guard batch > 0 else { throw Failure(.usage, "--batch", "there must be one line at least") }
    guard limit.bytes >= 65_536 else {
      throw Failure(.usage, "--limit", "\(limit.text) is too little: 64KiB is the least")
    }
    let plain = collection.utf8.allSatisfy { $0 == 95 || (48...57 ~= $0) || (97...122 ~= $0 | 32) }
    if !plain || collection.isEmpty {
      throw Failure(.usage, "--collection", "\"\(collection)\": letters, digits and _")
    }
    let configuration = try Resolution.load(config, io.environment).configuration(reporting: io.log)
    guard var hub = try Hub(configuration, url: url) else {
      throw Failure(.config, "pocketbase.url", "it is not set: there is nowhere to send lines to")
    }
    // Whether it passes is seen to with more patience than a request has.
    hub.attempts = 0
    let folder = try folder(io)
    guard let backlog = try Backlog(folder, limit: limit.bytes) else {
      throw Failure(.later, "\(folder)", "another s4l-ship sends what is there")
    }
    let loop = try Loop()
    let client = try Client(hub, loop, io.log)
    let leaflet = Leaflet(
      "s4l-ship", isWanted: configuration.group("metrics")?.isPresent ?? false, io.environment,
      io.log)
    client.count(in: leaflet)
    let ledger = Ledger(leaflet, backlog, loop)
    let shipment = Shipment(
      client, backlog, collection: collection, batch: batch, loop, io.log)
    let intake = try Intake(
      backlog, shipment, least: Log.Level(named: least.rawValue) ?? .info, io,
      passes: passes, loop)
    try Interrupt.watch(on: loop) { intake.stop() }
    shipment.go()
    while !intake.isOver, shipment.failure == nil {
      ledger.look(shipment)
      try loop.turn(mayWait: true)
    }
    try finish(loop, shipment)
    ledger.close(shipment)
    return try told(backlog, shipment, io)
  }

  private func folder(_ io: Standard) throws(Failure) -> Path {
    if let spool { return spool }
    guard let state = io.environment.folder(.state) else {
      throw Failure(.usage, "--spool", "there is no HOME below which lines could wait")
    }
    return Path(text: state).appending("ship")
  }

  /// Sends what is left, for a while.
  private func finish(_ loop: Loop, _ shipment: Shipment) throws(Failure) {
    var isUp = false
    loop.after(grace.nanoseconds) { isUp = true }
    shipment.hurry()
    while !isUp, !shipment.isIdle, shipment.failure == nil { try loop.turn(mayWait: true) }
  }

  private func told(
    _ backlog: Backlog, _ shipment: Shipment, _ io: Standard
  ) throws(Failure) -> Status {
    if let failure = shipment.failure { throw failure }
    io.log.info("lines were sent", ["lines": .integer(shipment.shipped)])
    if backlog.dropped > 0 {
      io.log.warn("\(backlog.dropped) lines were lost: more than --limit waited")
    }
    if shipment.refused > 0 { io.log.warn("\(shipment.refused) lines were not taken") }
    if backlog.isEmpty { return .success }
    let reason = shipment.trouble.map { ": \($0.message)" } ?? ""
    io.log.warn("\(Size(bytes: backlog.size).text) of lines wait for the next start\(reason)")
    return .later
  }
}
