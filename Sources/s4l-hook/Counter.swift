import Core
import Serve
import System
import Values

/// Where what requests ask for is handed to a thread of its own, and its answers come back.
///
/// The requests of one turn of the loop go there together, with all that have gathered while it was
/// busy: it makes them durable in one go. Only then is anybody told that it was done. Where many
/// were told just now, they are given a moment to ask again, or until as many have: each going
/// costs about the same, however many share it.
final class Counter {
  /// What is done there, on that thread. An answer to a ticket that nobody holds is dropped.
  typealias Clerking = ([Petition]) -> [(Int, Answer)]

  private let loop: Loop
  private let clerk: Clerk<Petition>
  private var owed: [Int: Reply] = [:]
  private var tickets = 0
  private var gathered: [Petition] = []
  /// How many are there that have not been answered.
  private var inHand = 0
  /// How many may well ask before the next go; 0 where nobody is waited for.
  private var expected = 0
  private var going: Loop.Timer?

  /// So many that are answered at once are many.
  private static let many = 8
  /// How long those who were answered may take to ask again, in nanoseconds.
  private static let gathering: Int64 = 1_000_000

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
    desk.give = { [weak self] answers in self?.give(answers) }
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
    gathered.append(petition)
    gathered[gathered.count - 1].ticket = tickets
    if inHand == 0 { plan() }
  }

  private func plan() {
    if gathered.count >= expected, expected > 0 {
      expected = 0
      if let going { loop.cancel(going) }
      going = nil
    }
    if going != nil { return }
    going = loop.after(expected > 0 ? Counter.gathering : 0) { [weak self] in self?.submit() }
  }

  private func submit() {
    going = nil
    expected = 0
    inHand += gathered.count
    clerk.submit(gathered)
    gathered = []
  }

  private func give(_ answers: [(Int, Answer)]) {
    // A reminder is answered by nothing, and says nothing of those that are in hand.
    if answers.isEmpty { return }
    inHand -= answers.count
    for (ticket, answer) in answers { owed.removeValue(forKey: ticket)?.send(answer) }
    if inHand > 0 { return }
    expected = answers.count < Counter.many ? 0 : answers.count + gathered.count
    if !gathered.isEmpty { plan() }
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
