import Core
import Serve
import Store
import System
import Values

/// Answers `GET /check/KEY`: whether there is such a file at a location.
///
/// What was found out holds for a short while, whether it was there or not, and many who ask for
/// the same at once are answered by one request. A failure holds for nobody but those who wait.
final class Checking {
  private let place: Place
  private let loop: Loop
  private let log: Log
  private var memory: Memory
  private var waiting: [Path: [Reply]] = [:]

  static let absent = Answer.json(404, #"{"exists":false}"#)

  /// `span` is how long an answer holds.
  init(_ place: Place, _ loop: Loop, holding span: Span, _ log: Log) {
    self.place = place
    self.loop = loop
    self.log = log
    memory = Memory(span, most: 10_000)
  }

  func answer(_ key: Path, _ reply: Reply) {
    if Checking.objection(key) != nil { return reply.send(.malformed) }
    if let answer = memory.recall(key, at: Clock.elapsed()) { return reply.send(answer) }
    if waiting[key] != nil {
      waiting[key]?.append(reply)
      return
    }
    waiting[key] = [reply]
    look(key) { [weak self] result in self?.finish(key, result) }
  }

  /// Why a file has no such key; nil if it may.
  static func objection(_ key: Path) -> String? {
    key.objection ?? (key.isFolder ? "the path names a folder" : nil)
  }

  private func look(_ key: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    switch place {
    case .store(let store): store.stat(key, then)
    case .folder(let folder):
      let result = Checking.look(key, in: folder)
      loop.after(0) { then(result) }
    }
  }

  private static func look(_ key: Path, in path: Path) -> Result<Object, Failure> {
    do throws(Failure) {
      let folder = try Folder.open(path)
      switch folder.beneath(key.parent, links: .inside).flatMap({ $0.look(key.name) }) {
      case .success(let inode) where inode.form == .file: return .success(Object(size: inode.size))
      case .success: return .failure(Failure(.absent, "", "it is no file"))
      case .failure(let error): return .failure(error.failure(key))
      }
    } catch {
      return .failure(error)
    }
  }

  private func finish(_ key: Path, _ result: Result<Object, Failure>) {
    let answer: Answer
    switch result {
    case .success(let object): answer = .json(200, #"{"exists":true,"size":\#(object.size)}"#)
    case .failure(let failure) where failure.kind == .absent: answer = Checking.absent
    case .failure(let failure):
      log.error("\(place.name): \(failure.message)")
      answer = .error(502, "the store cannot be asked")
    }
    if answer.status < 500 { memory.keep(answer, for: key, at: Clock.elapsed()) }
    for reply in waiting.removeValue(forKey: key) ?? [] { reply.send(answer) }
  }
}

/// Answers that hold for a while, at most so many: the oldest go first.
struct Memory {
  private let span: Int64
  private let most: Int
  private var answers: [Path: (answer: Answer, until: Int64)] = [:]
  /// In the order in which they were kept, which is that in which they end.
  private var order = Queue<Path>()

  init(_ span: Span, most: Int) {
    self.span = span.nanoseconds
    self.most = most
  }

  mutating func recall(_ key: Path, at now: Int64) -> Answer? {
    guard let found = answers[key], found.until > now else { return nil }
    return found.answer
  }

  mutating func keep(_ answer: Answer, for key: Path, at now: Int64) {
    if span <= 0 { return }
    if answers.updateValue((answer, now + span), forKey: key) == nil { order.append(key) }
    while answers.count > most, let oldest = order.popFirst() { answers[oldest] = nil }
  }
}
