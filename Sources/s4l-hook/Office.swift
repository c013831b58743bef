import Core
import Digests
import Serve
import System
import Tasks
import Values

/// What tasks are given along, and what they may name.
struct PublishTerms: Sendable {
  var roots: Roots
  var queue = Task.usualQueue
  var retries = 3
  /// Seconds.
  var timeout = 1_800

  var publication: Publication {
    var publication = Publication { "" }
    publication.queue = queue
    publication.retries = retries
    publication.timeout = timeout
    return publication
  }
}

/// Answers `POST /publish`: what the items of a body name becomes tasks, all or none of them.
///
/// The petitions of one call are placed together, and the queue makes them durable in one go. Only
/// then is anybody told that it was done. It belongs to one thread.
final class Office {
  /// Opens the queue, on the thread that uses it.
  typealias Opener = @Sendable () throws(Failure) -> any TaskStore

  private let terms: PublishTerms
  private let log: Log
  private let open: Opener
  private var store: (any TaskStore)?
  private let publication: Publication
  private let randomness = Randomness()
  /// What the petitions of this call name that was looked at already.
  private var seen: [Path: Source] = [:]

  static let accepted = Answer.json(200, #"{"status":"ok"}"#)
  static let away = Answer.error(503, "the queue cannot be reached").with("Retry-After", "5")

  /// How long a task that is the same if it comes again is kept for that, once it is done.
  private static let memory = 86_400

  init(_ terms: PublishTerms, _ log: Log, _ open: @escaping Opener) {
    self.terms = terms
    self.log = log
    self.open = open
    publication = terms.publication
  }

  func answers(_ petitions: [Petition]) -> [(Int, Answer)] {
    var answers: [(Int, Answer)] = []
    var orders: [Order] = []
    var accepted: [Int] = []
    let now = Clock.now()
    seen.removeAll(keepingCapacity: true)
    for petition in petitions {
      do throws(Failure) {
        orders += try self.orders(petition, at: now)
        accepted.append(petition.ticket)
      } catch {
        answers.append((petition.ticket, refusal(of: petition, error)))
      }
    }
    let answer = place(orders, at: now)
    return answers + accepted.map { ($0, answer) }
  }

  private func refusal(of petition: Petition, _ error: Failure) -> Answer {
    if error.kind == .unavailable { return Office.away }
    log.warn("a request of \(petition.who) is refused: \(error.message)")
    return error.kind == .refused ? .forbidden : .malformed
  }

  private func place(_ orders: [Order], at now: Timestamp) -> Answer {
    if orders.isEmpty { return Office.accepted }
    do throws(Failure) {
      if store == nil { store = try open() }
      _ = try store?.push(orders, at: now)
      log.info("queued", ["tasks": .integer(orders.count)])
      return Office.accepted
    } catch {
      // What was asked may have been done: who asks again is told apart by his key, if he has one.
      store = nil
      log.error("the queue: \(error.message)")
      return Office.away
    }
  }

  private func orders(_ petition: Petition, at now: Timestamp) throws(Failure) -> [Order] {
    var orders: [Order] = []
    var files: [FileSync.Pair] = []
    var folders: [FileSync.Pair] = []
    for (place, item) in try Item.list(petition.body).enumerated() {
      let id = try petition.unique.map { (unique) throws(Failure) in
        try Office.name(unique, place, item.wish)
      }
      guard let sync = try sync(item, place, id) else { continue }
      files += sync.pairs
      if !sync.folder.isEmpty { folders.append(FileSync.Pair(sync.folder, to: sync.prefix)) }
      orders.append(order(sync, id, at: now))
    }
    try FileSync.checkKeys(files, beside: folders)
    return orders
  }

  /// What an item asks for; nil if that has been queued under this id. Whoever asks again may do so
  /// when his files have gone, because they have arrived.
  private func sync(_ item: Item, _ place: Int, _ id: String?) throws(Failure) -> FileSync? {
    do throws(Failure) {
      return try item.sync(try source(item.from))
    } catch {
      if let id, try knows(id) { return nil }
      throw Failure(error.kind, "item \(place + 1): \(item.from)", error.reason)
    }
  }

  /// What stands at a place: many who ask at once for the same have it looked at once.
  private func source(_ path: Path) throws(Failure) -> Source {
    if let known = seen[path] { return known }
    let source = try terms.roots.source(path)
    seen[path] = source
    return source
  }

  private func knows(_ id: String) throws(Failure) -> Bool {
    do throws(Failure) {
      if store == nil { store = try open() }
      return try store?.find(id, in: terms.queue) != nil
    } catch {
      store = nil
      log.error("the queue: \(error.message)")
      throw Failure(.unavailable, error.subject, error.reason)
    }
  }

  private func order(_ sync: FileSync, _ id: String?, at now: Timestamp) -> Order {
    var publication = publication
    publication.deletesSources = sync.deletesSources
    publication.overwrites = sync.overwrites
    var order = publication.order(sync, id: id ?? Identifier.make(at: now, randomness.take(16)))
    if id != nil { order.task.retention = Office.memory }
    return order
  }

  /// The name of a task that is the same whenever the same is asked under the same key: a UUID of
  /// version 8.
  static func name(_ unique: [UInt8], _ place: Int, _ wish: [UInt8]) throws(Failure) -> String {
    Identifier.make(of: try MAC.code(key: unique, Array("\(place) ".utf8) + wish))
  }
}

extension Answer {
  static let forbidden = error(403, "forbidden")
  static let unauthorized = error(401, "unauthorized").with("WWW-Authenticate", "Bearer")
}
