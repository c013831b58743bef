import Core
import Serve
import System
import Values

/// Where what requests ask for is handed to a thread of its own, and its answers come back.
///
/// The requests of one turn of the loop go there together, with all that have gathered while it was
/// busy: it makes them durable in one go. Only then is anybody told that it was done.
final class Counter {
  /// What is done there, on that thread. An answer to a ticket that nobody holds is dropped.
  typealias Clerking = ([Petition]) -> [(Int, Answer)]

  private let loop: Loop
  private let clerk: Clerk<Petition>
  private var owed: [Int: Reply] = [:]
  private var tickets = 0
  private var gathered: [Petition] = []

  /// `begin` makes the service, on its thread. It is given a way to be called again later, with no
  /// petitions but a reminder.
  init(
    _ loop: Loop,
    _ begin: @escaping @Sendable (_ remind: @escaping @Sendable () -> Void) -> Clerking
  ) throws(Failure) {
    self.loop = loop
    let poster = loop.poster
    let desk = Desk()
    clerk = try Clerk {
      let service = begin { poster.post { desk.remind() } }
      return { petitions in
        let answers = service(petitions)
        poster.post { desk.give(answers) }
      }
    }
    desk.give = { [weak self] answers in
      for (ticket, answer) in answers { self?.owed.removeValue(forKey: ticket)?.send(answer) }
    }
    desk.remind = { [weak self] in
      loop.after(Counter.patience) { self?.clerk.submit([.reminder]) }
    }
  }

  deinit {
    clerk.finish()
  }

  /// How long a reminder takes, in nanoseconds.
  static let patience: Int64 = 5_000_000_000

  func answer(_ petition: Petition, _ reply: Reply) {
    tickets += 1
    owed[tickets] = reply
    if gathered.isEmpty { loop.after(0) { [weak self] in self?.submit() } }
    gathered.append(petition)
    gathered[gathered.count - 1].ticket = tickets
  }

  private func submit() {
    clerk.submit(gathered)
    gathered = []
  }
}

/// What one request asks for.
struct Petition: Sendable {
  var ticket = 0
  var body: [UInt8]
  /// What makes it the same if it comes again.
  var unique: [UInt8]?
  /// Whom it is for, where the request says so beside its body.
  var job: [UInt8]?
  /// Who asks.
  var remote: HostAddress?

  /// What nobody asks for.
  static let reminder = Petition(body: [])

  init(_ request: Request) {
    body = request.body
    remote = request.remote
  }

  var who: String { remote?.description ?? "somebody" }

  /// Who signs a request and sends it again has it done once, whoever that is.
  init(_ request: Request, _ ground: Gate.Ground) {
    self.init(request)
    unique = request.header("idempotency-key").map { Array($0.utf8) }
    if unique == nil, case .signature(let signature) = ground { unique = signature }
  }

  init(ticket: Int = 0, body: [UInt8], unique: [UInt8]? = nil, job: [UInt8]? = nil) {
    self.ticket = ticket
    self.body = body
    self.unique = unique
    self.job = job
  }
}

/// Where answers cross from the other thread to the loop's.
///
/// `@unchecked Sendable`: the other thread only carries it; what it holds is used on the loop's.
private final class Desk: @unchecked Sendable {
  var give: ([(Int, Answer)]) -> Void = { _ in }
  var remind: () -> Void = {}
}
