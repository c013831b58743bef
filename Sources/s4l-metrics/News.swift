import Serve
import System

/// Tells those who wait that something has changed: server-sent events, one in each answer.
///
/// A browser asks anew by itself after each, and says which one it has seen. So nobody's connection
/// is ours for long, and what only waits costs one look a second.
final class News {
  private struct Waiting {
    var reply: Reply
    var seen: String
    var until: Int64
  }

  private let loop: Loop
  private let desk: Desk
  private var waiting: [Waiting] = []
  private var isLooking = false
  private var isOver = false

  private static let most = 256
  private static let patience: Int64 = 15_000_000_000
  private static let pause: Int64 = 1_000_000_000

  init(_ loop: Loop, _ desk: Desk) {
    self.loop = loop
    self.desk = desk
  }

  func wait(_ request: Request, _ reply: Reply) {
    guard waiting.count < News.most, !isOver else {
      return reply.send(.error(503, "too many wait"))
    }
    let seen = request.header("last-event-id") ?? ""
    waiting.append(Waiting(reply: reply, seen: seen, until: Clock.elapsed() + News.patience))
    if !isLooking { look() }
  }

  private func look() {
    isLooking = true
    desk.ask(.version) { [weak self] answer in
      self?.tell(String(decoding: answer.body, as: UTF8.self))
    }
  }

  /// Whoever has seen all but how far some run is has nothing else to read again.
  private func tell(_ version: String) {
    let whole = version.prefix { $0 != "-" } + "-"
    let now = Clock.elapsed()
    let due = waiting.filter { $0.seen != version || $0.until <= now }
    waiting.removeAll { $0.seen != version || $0.until <= now }
    for one in due {
      let event = one.seen != version && one.seen.hasPrefix(whole) ? "progress" : "change"
      one.reply.send(News.event("id: \(version)\nevent: \(event)\ndata: \(version)\n\n"))
    }
    if waiting.isEmpty {
      isLooking = false
      return
    }
    loop.after(News.pause) { [weak self] in self?.look() }
  }

  /// Lets all go who wait.
  func end() {
    isOver = true
    for one in waiting { one.reply.send(News.event(": goodbye\n\n")) }
    waiting = []
  }

  private static func event(_ text: String) -> Answer {
    Answer(200, "text/event-stream", Array("retry: 1000\n\(text)".utf8))
      .with("Cache-Control", "no-store")
  }
}
