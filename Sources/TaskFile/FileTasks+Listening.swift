package import Core
internal import SQL
package import System
internal import Tasks

/// Hearing of what others do: by the bell at once, and by a look at the file once a second where
/// the bell cannot be heard.
extension FileTasks {
  package func listen(
    _ loop: Loop, _ queues: [String], ready: @escaping () -> Void,
    cancelled: @escaping (_ id: String) -> Void
  ) throws(Failure) {
    watch = nil
    watch = Watch(self, loop, queues, ready, cancelled)
  }

  /// Whether there is anything that waits in one of the queues, now or later.
  func isWaiting(_ queues: [String]) throws(Failure) -> Bool {
    let any = try database.statement(
      "SELECT 1 FROM task WHERE queue = ?1 AND state IN (0, 2, 3) LIMIT 1")
    for queue in try numbers(queues) where try any.finds(queue) { return true }
    return false
  }

  /// Tasks of ours that somebody wants given up and that we were not told of yet.
  func newlyCancelled() throws(Failure) -> [String] {
    if holds.isEmpty { return [] }
    var tokens: [(Token, String, ticket: Int)] = []
    try database.statement(
      """
      SELECT name, id, take FROM task INDEXED BY cancel JOIN queue ON number = queue
      WHERE cancel > 0 AND state = 1
      """
    ).each { tokens.append((Token($0.text(0), $0.text(1)), $0.text(1), $0.int(2))) }
    var ids: [String] = []
    for (token, id, ticket) in tokens {
      guard let hold = holds[token], hold.ticket == ticket, !hold.isTold else { continue }
      holds[token]?.isTold = true
      ids.append(id)
    }
    return ids
  }
}

/// Who listens, and to what.
final class Watch {
  private static let pause: Int64 = 1_000_000_000

  private unowned let file: FileTasks
  private let loop: Loop
  private let queues: [String]
  private let ready: () -> Void
  private let cancelled: (String) -> Void
  private var timer: Loop.Timer?
  private var version: Int?

  init(
    _ file: FileTasks, _ loop: Loop, _ queues: [String], _ ready: @escaping () -> Void,
    _ cancelled: @escaping (String) -> Void
  ) {
    self.file = file
    self.loop = loop
    self.queues = queues
    self.ready = ready
    self.cancelled = cancelled
    file.bell.answer(loop) { [weak self] in self?.tell() }
    // What came before we listened is told too.
    timer = loop.after(0) { [weak self] in self?.look() }
  }

  deinit {
    if let timer { loop.cancel(timer) }
  }

  private func look() {
    timer = loop.after(Watch.pause) { [weak self] in self?.look() }
    do throws(Failure) {
      let now = try file.database.version()
      if now == version { return }
      version = now
    } catch {
      // It will be tried again; who takes next meets the same failure and tells it.
      return
    }
    tell()
  }

  private func tell() {
    do throws(Failure) {
      for id in try file.newlyCancelled() { cancelled(id) }
      if try file.isWaiting(queues) { ready() }
    } catch {
      // Likewise: whoever is called here has work to ask for, and is told then.
      ready()
    }
  }
}
