internal import System

/// What a worker hears of the server: that there is something in a queue, and that a task shall be
/// given up.
///
/// How a queue wakes us: a connection asks to move the task at the front of the queue to its front.
/// That changes nothing, but where the queue is empty the server answers as soon as somebody, ours
/// or not, has put something into it. Nobody is asked again and again, and nothing is sent for a
/// queue in which nothing happens. The question is asked anew once the queue was seen empty; where
/// it is not, because it is paused or all hands are full, only after a while.
final class Ears {
  private let loop: Loop
  private let ready: () -> Void
  private var ears: [Ear] = []
  private var questions: [String: Question] = [:]

  /// The wait for one queue.
  private struct Question {
    var ear: Ear
    /// Whether it is asked and not answered yet.
    var isAsked = false
    /// When it is asked anew even so.
    var timer: Loop.Timer?
    var delay = Ears.shortest
    /// Whether the server knows no such question.
    var isVain = false
  }

  private static let shortest: Int64 = 1_000_000_000
  private static let longest: Int64 = 5_000_000_000
  /// How often a server that cannot wake us is asked.
  private static let pace: Int64 = 500_000_000

  init(
    _ loop: Loop, _ session: Session, _ queues: [String], ready: @escaping () -> Void,
    cancelled: @escaping (_ id: String) -> Void
  ) {
    self.loop = loop
    self.ready = ready
    for queue in Set(queues) {
      let ear = Ear(
        loop, session, opened: { [weak self] in self?.lost(queue) },
        hear: { [weak self] in self?.heard($0, queue) })
      questions[queue] = Question(ear: ear)
      ears.append(ear)
    }
    ears.append(canceller(loop, session, cancelled))
    for ear in ears { ear.open() }
  }

  private func canceller(
    _ loop: Loop, _ session: Session, _ cancelled: @escaping (_ id: String) -> Void
  ) -> Ear {
    final class Place { weak var ear: Ear? }
    let place = Place()
    let ear = Ear(
      loop, session, opened: { place.ear?.say(["SUBSCRIBE", Keys.cancel]) },
      hear: { reply in
        let parts = reply.list
        if parts.count == 3, parts[0].text == "message", let id = parts[2].text { cancelled(id) }
      })
    place.ear = ear
    return ear
  }

  func close() {
    for ear in ears { ear.close() }
    for question in questions.values { question.timer.map(loop.cancel) }
    ears = []
    questions = [:]
  }

  /// Tells what the last look into a queue has shown.
  func saw(_ queue: String, isEmpty: Bool) {
    guard isEmpty, let question = questions[queue], !question.isVain else { return }
    questions[queue]?.delay = Ears.shortest
    ask(queue)
  }

  private func ask(_ queue: String) {
    guard let question = questions[queue] else { return }
    question.timer.map(loop.cancel)
    questions[queue]?.timer = nil
    guard question.ear.isOpen, !question.isAsked else { return }
    if question.isVain {
      again(queue, after: Ears.pace)
      return ready()
    }
    questions[queue]?.isAsked = true
    let key = Keys.pending(queue)
    question.ear.say(["BLMOVE", key, key, "RIGHT", "RIGHT", "0"])
  }

  /// The connection is a new one: what was asked before is forgotten.
  private func lost(_ queue: String) {
    questions[queue]?.isAsked = false
    questions[queue]?.isVain = false
    ask(queue)
  }

  private func heard(_ reply: Reply, _ queue: String) {
    guard let question = questions[queue] else { return }
    questions[queue]?.isAsked = false
    if case .error = reply {
      questions[queue]?.isVain = true
      again(queue, after: Ears.pace)
    } else {
      again(queue, after: question.delay)
      questions[queue]?.delay = min(question.delay * 2, Ears.longest)
    }
    ready()
  }

  private func again(_ queue: String, after delay: Int64) {
    questions[queue]?.timer.map(loop.cancel)
    questions[queue]?.timer = loop.after(delay) { [weak self] in self?.ask(queue) }
  }
}
