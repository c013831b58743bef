internal import Collections
internal import Core
internal import Metrics
internal import PocketBase
internal import Settings
internal import System
internal import Values

/// Pulls again and again: now and then, and when the server says that something has changed.
final class Vigil {
  private let pull: Pull
  private let hub: Hub
  private let log: Log
  private let loop: Loop
  private let client: Client
  private var isDue = true
  private var timer: (timer: Loop.Timer, moment: Int64)?
  /// Seconds between two that nobody asked for.
  private var interval = 300
  /// What was said the last time: it is not said again each time.
  private var said: [Pull.Remark] = []
  private var trouble: String?
  /// When all was last well, in seconds since 1970.
  private var lastGood: Int64?
  /// For so many seconds after that nobody is asked who does not say that something has changed.
  private var lifetime = 0
  private let leaflet: Leaflet?

  private static let second: Int64 = 1_000_000_000
  /// A change seldom comes alone.
  private static let pause = second / 5
  /// How long it waits at most after trouble.
  private static let patience = 60

  init(_ pull: Pull, _ hub: Hub, _ log: Log) throws(Failure) {
    self.pull = pull
    self.hub = hub
    self.log = log
    loop = try Loop()
    client = try Client(hub, loop, log)
    let own = try pull.own().configuration
    leaflet = Leaflet(
      "s4l-conf", isWanted: own.group("metrics")?.isPresent ?? false, pull.environment, log)
    client.count(in: leaflet)
    lifetime = own.group("cache")?.integer("config_cache_ttl_secs") ?? lifetime
    if let time = try pull.lastGood(hub.url) { wasGood(at: time) }
  }

  func keep() throws(Failure) -> Status {
    try Interrupt.watch(on: loop) {}
    let subscription = try Subscription(
      hub, client, loop, log, collections: Shelf.names
    ) { [unowned self] in due(after: Vigil.pause) }
    subscription.start()
    rest()
    while !Interrupt.isRequested {
      if isDue { look() }
      leaflet?.publish()
      if !Interrupt.isRequested { try loop.turn(mayWait: true) }
    }
    return .success
  }

  /// Begins with the copy that there is, for as long as it is fresh.
  private func rest() {
    let age = lastGood.map { Clock.now().seconds - $0 } ?? -1
    guard 0..<Int64(lifetime) ~= age else { return }
    isDue = false
    due(after: (Int64(lifetime) - age) * Vigil.second)
  }

  private func wasGood(at time: Int64) {
    lastGood = time
    leaflet?.change { $0.set(.lastPull, Series.lastPull.key(), Double(time)) }
  }

  private func look() {
    isDue = false
    var remarks: [Pull.Remark] = []
    defer {
      for remark in remarks { log.say(remarks == said ? .debug : remark.level, remark.text, [:]) }
      said = remarks
    }
    do throws(Failure) {
      let edition = try pull.edition(client, hub.url, &remarks)
      let seconds = edition.whole.group("daemon")?.integer("config_refresh_interval_secs")
      interval = seconds ?? interval
      lifetime = edition.whole.group("cache")?.integer("config_cache_ttl_secs") ?? lifetime
      if try pull.keep(edition) { log.info("there is a new copy", ["from": "\(hub.url)"]) }
      wasGood(at: Clock.now().seconds)
      if trouble != nil { log.warn("\(hub.url): it is well again") }
      trouble = nil
      due(after: Int64(max(interval, lifetime)) * Vigil.second)
    } catch {
      if Interrupt.isRequested { return }
      let words = pull.told(error).message
      log.say(words == trouble ? .debug : .error, words, [:])
      trouble = words
      due(after: Int64(min(interval, Vigil.patience)) * Vigil.second)
    }
  }

  /// The earliest time that anybody has asked for counts.
  private func due(after span: Int64) {
    let moment = Clock.elapsed() + span
    if let timer, timer.moment <= moment { return }
    if let timer { loop.cancel(timer.timer) }
    let next = loop.after(span) { [unowned self] in
      timer = nil
      isDue = true
    }
    timer = (next, moment)
  }
}
