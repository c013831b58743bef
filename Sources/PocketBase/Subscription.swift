package import Core
internal import HTTP
internal import Records
package import System
internal import Values

/// Hears at once when records of some collections change.
///
/// The server forgets what nobody heard: whenever it is connected to anew, something may have
/// changed. It also closes what has been quiet for minutes, which is no trouble. After trouble the
/// next try waits for a second, then longer, half a minute at most.
package final class Subscription {
  private let hub: Hub
  private let client: Client
  private let loop: Loop
  private let log: Log
  private let topics: [String]
  private let changed: () -> Void
  private var courier: Courier
  private var feed = Feed()
  private var failures = 0
  /// How often somebody was told that something may have changed.
  package private(set) var tidings = 0

  private static let second: Int64 = 1_000_000_000
  /// Longer than a server lets it be quiet.
  private static let silence = Span(nanoseconds: 330 * second)

  package init(
    _ hub: Hub, _ client: Client, _ loop: Loop, _ log: Log, collections: [String],
    changed: @escaping () -> Void
  ) throws(Failure) {
    self.hub = hub
    self.client = client
    self.loop = loop
    self.log = log
    topics = collections.map { $0 + "/*" }
    self.changed = changed
    courier = try Subscription.courier(loop)
  }

  private static func courier(_ loop: Loop) throws(Failure) -> Courier {
    let connect = Span(nanoseconds: 10 * second)
    return try Courier(loop, Courier.Manner(connect: connect, stall: silence, most: 1))
  }

  package func start() {
    feed = Feed()
    var exchange = Exchange(
      .get, hub.url + "/api/realtime", headers: [("Accept", "text/event-stream")],
      sink: .stream { [unowned self] bytes in hear(bytes) }, stall: Subscription.silence)
    exchange.trickles = true
    courier.start(exchange) { [weak self] result in self?.ended(result) }
  }

  private func hear(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let events = feed.take(bytes) else { return false }
    for event in events {
      // This runs inside of a transfer: what is to be done about it has a turn of its own.
      loop.after(0) { [weak self] in self?.take(event) }
    }
    return true
  }

  private func take(_ event: Feed.Event) {
    if event.name == "PB_CONNECT" { return connected(event) }
    guard topics.contains(event.name) else { return }
    log.debug("\(event.name): something has changed")
    tidings += 1
    changed()
  }

  private func connected(_ event: Feed.Event) {
    let document: JSON?
    do throws(Failure) { document = try JSON(parsing: event.data) } catch { document = nil }
    guard let id = document?["clientId"]?.text else {
      return log.debug("\(hub.url): it does not say under which name it tells of changes")
    }
    let body = JSON.object([
      .init("clientId", .text(id)), .init("subscriptions", .list(topics.map(JSON.text))),
    ])
    // A guest may listen too, and hears nothing.
    client.introduce { [weak self] failure in
      if let failure { self?.refused(failure.message) } else { self?.subscribe(body) }
    }
  }

  private func subscribe(_ body: JSON) {
    client.ask(.post, "/api/realtime", body) { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let answer) where answer.isSuccess:
        failures = 0
        log.debug("\(hub.url): it tells of changes")
        // Whatever happened before this was not told.
        tidings += 1
        changed()
      case .success(let answer): refused(Client.message(of: answer))
      case .failure(let failure): refused(failure.message)
      }
    }
  }

  /// What it is connected by is of no use: it begins anew.
  private func refused(_ reason: String) {
    do throws(Failure) { courier = try Subscription.courier(loop) } catch {
      return log.error(error.message)
    }
    again(reason)
  }

  private func ended(_ result: Result<Answer, Trouble>) {
    switch result {
    case .success(let answer) where answer.isSuccess:
      // It closes what has been quiet; a second keeps us from asking without a pause.
      loop.after(Subscription.second) { [weak self] in self?.start() }
    case .success(let answer): again(Client.message(of: answer))
    case .failure(let trouble): again(trouble.reason)
    }
  }

  private func again(_ reason: String) {
    let level: Log.Level = failures == 0 ? .warn : .debug
    log.say(level, "\(hub.url): it does not tell of changes: \(reason)", [:])
    let wait = min(Subscription.second << min(failures, 5), 30 * Subscription.second)
    failures += 1
    loop.after(wait) { [weak self] in self?.start() }
  }
}
