import Core
import Doubles
import Glibc
import HTTP
import Store
import System
import Testing
import Values

@testable import Drives

@Suite("The requests of a drive") struct CallerTests {
  /// A server of whose answers the test decides; the path of a request names it.
  private final class Post {
    let loop: Loop
    var caller: Caller?
    let log = try? Scratch()
    var answers: (String) -> Result<Answer, Trouble> = { _ in .success(Answer(status: 200)) }
    var sent: [String] = []
    var moments: [Int64] = []
    var results: [String] = []
    var underWay = 0
    var most = 0
    var latency: Int64 = 0

    init(
      _ terms: Caller.Terms = .init(), _ backoff: Backoff? = nil,
      clock: @escaping () -> Int = { 0 }
    ) throws {
      loop = try Loop()
      let log = Log(tool: "t", level: .fatal, descriptor: log?.descriptor ?? 2)
      caller = Caller(loop, terms, log, backoff, clock: clock) { [unowned self] exchange, then in
        sent.append(exchange.url)
        moments.append(Clock.elapsed())
        underWay += 1
        most = max(most, underWay)
        let answer = answers(exchange.url)
        loop.after(latency) { [unowned self] in
          underWay -= 1
          then(answer)
        }
      }
    }

    /// Sends a request that is judged by the status of its answer.
    func send(_ name: @autoclosure @escaping () -> String, ahead: Bool = false) {
      let first = name()
      caller?.send(ahead: ahead) {
        Exchange(.get, name())
      } judge: { answer in
        switch answer.status {
        case 200: .fine
        case 429:
          .again(
            Failure(.later, "", "slow down"), wish: Span(nanoseconds: 1_000), isThrottled: true)
        case 401: .renewed(Failure(.refused, "", "token"))
        case 500:
          .again(Failure(.later, "", "busy"), wish: Span(nanoseconds: 1_000), isThrottled: false)
        default: .failed(Failure(.unavailable, "", "\(answer.status)"))
        }
      } _: { [unowned self] result in
        switch result {
        case .success: results.append(first)
        case .failure(let failure): results.append("\(first)? \(failure.kind) \(failure.reason)")
        }
      }
    }

    func run(_ count: Int) throws { try loop.run { results.count == count } }

    var said: String {
      guard let log else { return "" }
      var bytes = [UInt8](repeating: 0, count: 4_096)
      let count = bytes.withUnsafeMutableBytes {
        pread(log.descriptor, $0.baseAddress, $0.count, 0)
      }
      return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
  }

  private func terms(_ change: (inout Caller.Terms) -> Void) -> Caller.Terms {
    var terms = Caller.Terms()
    change(&terms)
    return terms
  }

  @Test("so many are under way at once, in the order in which they came")
  func width() throws {
    let post = try Post(terms { $0.width = 3 })
    for number in 0..<12 { post.send("\(number)") }
    #expect(post.results == [])
    try post.run(12)
    #expect(post.most == 3)
    #expect(post.sent == (0..<12).map { "\($0)" })
  }

  @Test("in no second are there more than the rate and one, those that are sent again counted too")
  func frequency() throws {
    let post = try Post(terms { $0.frequency = 20 })
    var failed: Set<String> = []
    post.answers = { url in
      .success(Answer(status: url.hasSuffix("5") && failed.insert(url).inserted ? 500 : 200))
    }
    var isRenewed = false
    post.caller?.renew = { then in
      isRenewed = true
      post.loop.after(0) { then(nil) }
    }
    for number in 0..<40 { post.send("\(number)") }
    try post.run(40)
    #expect(post.sent.count == 44)
    #expect(!isRenewed)
    for (place, moment) in post.moments.enumerated() {
      let within = post.moments[place...].prefix { $0 - moment <= 1_000_000_000 }
      #expect(within.count <= 21)
    }
  }

  @Test("what fails for a reason that passes is sent again, so often and not more often")
  func attempts() throws {
    let post = try Post(terms { $0.attempts = 3 })
    post.answers = { url in
      switch url {
      case "bad": .success(Answer(status: 404))
      case "down": .success(Answer(status: 500))
      case "rude": .failure(Trouble(.refused, "no"))
      default: .success(Answer(status: 200))
      }
    }
    for name in ["bad", "down", "rude", "good"] { post.send(name) }
    try post.run(4)
    #expect(
      post.results.sorted() == ["bad? unavailable 404", "down? later busy", "good", "rude? io no"])
    #expect(post.sent.filter { $0 == "down" }.count == 3)
    #expect(post.sent.count == 6)
  }

  @Test("a connection that broke is tried again, as no answer came")
  func trouble() throws {
    let post = try Post(terms { $0.attempts = 2 })
    var isBroken = true
    post.answers = { _ in
      defer { isBroken = false }
      return isBroken ? .failure(Trouble(.broken, "cut")) : .success(Answer(status: 200))
    }
    post.send("a")
    try post.run(1)
    #expect(post.results == ["a"])
    #expect(post.sent == ["a", "a"])
  }

  @Test("a drive that has too much is left alone by all, and what it refused comes first then")
  func throttled() throws {
    let post = try Post(terms { $0.width = 1 })
    var isFirst = true
    post.answers = { _ in
      defer { isFirst = false }
      return .success(Answer(status: isFirst ? 429 : 200))
    }
    for name in ["a", "b", "c"] { post.send(name) }
    try post.run(3)
    #expect(post.sent == ["a", "a", "b", "c"])
  }

  @Test("what cannot be made is no request, and fails from the loop")
  func made() throws {
    let post = try Post()
    post.caller?.send { () throws(Failure) in
      throw Failure(.usage, "", "no name")
    } judge: { _ in
      .fine
    } _: { result in
      if case .failure(let failure) = result { post.results.append(failure.reason) }
    }
    #expect(post.results == [])
    try post.run(1)
    #expect(post.results == ["no name"])
    #expect(post.sent == [])
  }

  // MARK: Renewing

  @Test("a token that ran out is got once for all that were refused, before anything else is sent")
  func renewal() throws {
    let post = try Post(terms { $0.width = 4 })
    post.latency = 100_000
    var token = "old"
    post.answers = { .success(Answer(status: $0.hasSuffix("old") ? 401 : 200)) }
    post.caller?.renew = { then in
      post.caller?.send(ahead: true) {
        Exchange(.post, "login")
      } judge: { _ in
        .fine
      } _: { _ in
        token = "new"
        then(nil)
      }
    }
    for number in 0..<12 { post.send("\(number) \(token)") }
    try post.run(12)
    #expect(post.sent.filter { $0 == "login" }.count == 1)
    // Four were under way; none of the others went out with the old one.
    #expect(post.sent.filter { $0.hasSuffix("old") }.count == 4)
    #expect(post.sent.count == 17)
    #expect(post.results.allSatisfy { !$0.contains("?") })
  }

  @Test("a login that needs no going ahead does not stand in its own way")
  func plainRenewal() throws {
    let post = try Post(terms { $0.width = 1 })
    var token = "old"
    post.answers = { .success(Answer(status: $0.hasSuffix("old") ? 401 : 200)) }
    post.caller?.renew = { then in
      post.caller?.send {
        Exchange(.post, "login")
      } judge: { _ in
        .fine
      } _: { _ in
        token = "new"
        then(nil)
      }
    }
    for number in 0..<3 { post.send("\(number) \(token)") }
    try post.run(3)
    #expect(post.sent.filter { $0 == "login" }.count == 1)
  }

  @Test("a request is renewed once; what is refused then is refused")
  func renewedOnce() throws {
    let post = try Post()
    post.answers = { _ in .success(Answer(status: 401)) }
    var renewals = 0
    post.caller?.renew = { then in
      renewals += 1
      post.loop.after(0) { then(nil) }
    }
    post.send("a")
    try post.run(1)
    #expect(post.results == ["a? refused token"])
    #expect(renewals == 1)
    #expect(post.sent == ["a", "a"])
  }

  @Test("credentials that were refused are not tried over and over")
  func refusedRenewal() throws {
    let post = try Post(terms { $0.width = 1 })
    post.answers = { _ in .success(Answer(status: 401)) }
    var renewals = 0
    post.caller?.renew = { then in
      renewals += 1
      post.loop.after(0) { then(Failure(.refused, "", "bad password")) }
    }
    for name in ["a", "b", "c"] { post.send(name) }
    try post.run(3)
    #expect(renewals == 1)
    #expect(post.results == ["a", "b", "c"].map { "\($0)? refused bad password" })
  }

  // MARK: Hours and outages

  @Test("outside of its hours nothing is sent, and a line tells until when")
  func hours() throws {
    var looks = 0
    let post = try Post(terms { $0.hours = Hours(text: "22:00-06:00") }) {
      looks += 1
      return looks == 1 ? 22 * 3_600 - 1 : 22 * 3_600
    }
    post.send("a")
    post.send("b")
    #expect(post.sent == [])
    try post.run(2)
    #expect(post.sent == ["a", "b"])
    #expect(post.said == "t: not in these hours: waiting until 22:00\n")
  }

  @Test("a drive that answers nothing is given up on, and what is asked then fails at once")
  func outage() throws {
    var dice = Dice(1)
    var backoff = Backoff(attempts: 2)
    while backoff.delay(after: 1, using: &dice) != nil {}
    let post = try Post(terms { $0.width = 1 }, backoff)
    post.answers = { _ in .failure(Trouble(.unreachable, "refused")) }
    for number in 0..<50 { post.send("\(number)") }
    try post.run(50)
    #expect(post.sent.count == Outage.most)
    #expect(post.results.last == "49? later it was given up on: refused")
  }

  @Test("an outage ends with an answer, and is looked after now and then")
  func outages() {
    var outage = Outage()
    let failure = Failure(.later, "", "down")
    for _ in 1..<Outage.most { outage.note(failure, isSpent: true, at: 0) }
    #expect(!outage.isOn(at: 0))
    outage.end()
    for _ in 0..<Outage.most { outage.note(failure, isSpent: false, at: 0) }
    #expect(!outage.isOn(at: 0))
    outage.note(failure, isSpent: true, at: 0)
    #expect(outage.isOn(at: Outage.pause - 1))
    #expect(outage.failure(at: 5)?.kind == .later)
    #expect(!outage.isOn(at: Outage.pause))
    outage.note(failure, isSpent: true, at: Outage.pause)
    #expect(outage.isOn(at: Outage.pause + 1))
    outage.end()
    #expect(!outage.isOn(at: Outage.pause + 1))
  }

  @Test("what the command line says of a drive comes before what the configuration does")
  func choice() {
    var wishes = Wishes()
    var terms = Caller.Terms(wishes, width: nil, frequency: nil, hours: nil)
    #expect(terms.width == 4 && terms.frequency == nil && terms.hours == nil)
    terms = Caller.Terms(wishes, width: 7, frequency: 2, hours: Hours(text: "1:00-2:00"))
    #expect(terms.width == 7 && terms.frequency == 2 && terms.hours?.text == "1:00-2:00")
    wishes.width = 3
    wishes.frequency = 0.5
    wishes.hours = Hours(text: "3:00-4:00")
    terms = Caller.Terms(wishes, width: 7, frequency: 2, hours: Hours(text: "1:00-2:00"))
    #expect(terms.width == 3 && terms.frequency == 0.5 && terms.hours?.text == "3:00-4:00")
  }
}
