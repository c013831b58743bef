import Access
import Core
import Doubles
import HTTP
@testable import Objects
@testable import S3
import Settings
import Support
import Testing
import Values

@Suite("The table of providers")
struct ProviderTests {
  @Test(
    "a provider is known by its host, and the host tells the region",
    arguments: [
      ("s3.eu-west-3.amazonaws.com", "aws", "eu-west-3"), ("s3.amazonaws.com", "aws", nil),
      ("bucket.s3.eu-west-3.amazonaws.com:443", "aws", "eu-west-3"),
      ("s3-eu-west-1.amazonaws.com", "aws", "eu-west-1"),
      ("s3.dualstack.eu-west-1.amazonaws.com", "aws", "eu-west-1"),
      ("bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com", "aws", "eu-west-1"),
      ("s3.cn-north-1.amazonaws.com.cn", "aws", "cn-north-1"),
      ("S3.US-WEST-2.AMAZONAWS.COM", "aws", "us-west-2"),
      ("id.r2.cloudflarestorage.com", "r2", nil),
      ("s3.us-west-004.backblazeb2.com", "b2", "us-west-004"),
      ("oss-cn-hangzhou.aliyuncs.com", "oss", "oss-cn-hangzhou"),
      ("cos.ap-guangzhou.myqcloud.com", "cos", "ap-guangzhou"),
      ("obs.cn-north-4.myhuaweicloud.com", "obs", "cn-north-4"),
      ("s3.eu-central-1.wasabisys.com", "wasabi", "eu-central-1"),
      ("storage.googleapis.com", "gcs", nil),
      ("fra1.digitaloceanspaces.com", "digitalocean", "fra1"),
      ("s3.fr-par.scw.cloud", "scaleway", "fr-par"), ("gateway.storjshare.io", "storj", nil),
      ("play.min.io:9000", "minio", nil), ("localhost:9000", "other", nil), ("", "other", nil),
      ("notamazonaws.com", "other", nil), ("amazonaws.com.example.org", "other", nil),
    ] as [(String, String, String?)])
  func hosts(_ host: String, _ name: String, _ region: String?) {
    let provider = Provider(host: host)
    #expect(provider.name == name)
    #expect(provider.region(host: host) == region)
  }

  @Test("every provider has its own name and is found by it")
  func names() {
    #expect(Set(Provider.all.map(\.name)).count == Provider.all.count)
    for provider in Provider.all { #expect(Provider(named: provider.name) == provider) }
    #expect(Provider(named: "nobody") == nil)
  }

  @Test("a store that is not known gets what every store understands")
  func other() {
    let other = Provider(host: "s3.example.org")
    #expect(other.style == .path && other.listVersion == .v2 && other.encodesNames)
    #expect(!other.hasChecksums && other.conditions.isEmpty && other.etags == .plain)
  }

  @Test("option, configuration and manual know the same providers")
  func known() throws {
    let names = Provider.all.map(\.name)
    #expect(RemoteChoice.Known.allCases.map(\.rawValue) == names)
    let setting = try #require(Schema.section("remote")?.setting("provider"))
    guard case .choice(let choices) = setting.kind else {
      Issue.record("provider is no choice")
      return
    }
    #expect(choices.map(\.word) == names)
    let page = House.text(House.root.appending("man/man7/s4l-s3.7"))
    let rows = page.split(separator: "\n").filter { $0.hasPrefix(".It ") && $0.contains(" Ta v") }
    #expect(rows.map(String.init) == Provider.all.map(ProviderTests.row))
  }

  /// A row of the table in s4l-s3(7).
  private static func row(_ provider: Provider) -> String {
    let style = provider.style == .path ? "path" : "virtual"
    let list = provider.listVersion == .v2 ? "v2" : "v1"
    let words: [(Provider.Conditions, String)] = [
      (.putAbsent, "put"), (.completeAbsent, "complete"), (.deleteMatching, "delete"),
      (.copyMatching, "copy"),
    ]
    let kept = words.filter { provider.conditions.contains($0.0) }.map(\.1)
    let conditions = kept.isEmpty ? #"\&-"# : kept.joined(separator: " ")
    return ".It \(provider.name) Ta \(style) Ta \(list) Ta \(provider.etags) Ta \(conditions)"
  }

  @Test("the limits of every provider can be kept")
  func limits() {
    for parts in Provider.all.map(\.parts) {
      #expect(parts.smallest <= parts.usual && parts.usual <= parts.largest && parts.most >= 1_000)
    }
  }
}

@Suite("A plan for parts")
struct PartPlanTests {
  private let mebi = 1 << 20

  @Test("files of up to two parts go in one request, larger ones in parts of 8 MiB")
  func small() throws {
    for size in [0, 1, 8 * mebi, 16 * mebi] { #expect(try PartPlan(size: size).count == 1) }
    let plan = try PartPlan(size: 16 * mebi + 1)
    #expect(plan.partSize == 8 * mebi && plan.count == 3)
    #expect(plan.range(3) == (16 * mebi)..<(16 * mebi + 1))
    #expect(try PartPlan(size: 6 * mebi, threshold: 5 * mebi).count == 1 + 0)
    #expect(try PartPlan(size: 6 << 30, threshold: Int.max).count > 1)
  }

  @Test("a wish is kept within the limits")
  func wishes() throws {
    #expect(try PartPlan(size: 100 * mebi, wish: 1).partSize == 5 * mebi)
    #expect(try PartPlan(size: 100 * mebi, wish: 7 * mebi + 1).partSize == 7 * mebi + 1)
    #expect(try PartPlan(size: 20 << 30, wish: Int.max).partSize == 5 << 30)
    let few = PartLimits(most: 1_000)
    #expect(try PartPlan(size: 10 << 30, limits: few).partSize == 11 * mebi)
    #expect(try PartPlan(size: 5 << 40).partSize == 525 * mebi)
  }

  @Test("what no number of parts can hold is refused")
  func large() throws {
    #expect(try PartPlan(size: 50_000 << 30).count == 10_000)
    let failure = #expect(throws: Failure.self) { try PartPlan(size: 50_000 << 30 + 1) }
    #expect(failure?.kind == .data)
    #expect(throws: Failure.self) { try PartPlan(size: Int.max) }
  }

  @Test("the parts are the file, one after the other")
  func whole() throws {
    var dice = Dice(9)
    for _ in 0..<500 {
      let limits = PartLimits(most: dice.pick([1_000, 10_000]))
      let size = dice.below(1 << dice.pick([20, 28, 36, 42]))
      let plan = try PartPlan(size: size, wish: dice.below(1 << 30), limits: limits)
      #expect(plan.count <= limits.most)
      #expect(plan.range(1).lowerBound == 0 && plan.range(plan.count).upperBound == size)
      if plan.count > 1 {
        #expect(plan.range(plan.count).count > 0 && plan.partSize >= limits.smallest)
        #expect(plan.range(plan.count - 1).upperBound == plan.range(plan.count).lowerBound)
      }
    }
  }
}

@Suite("Sending again")
struct BackoffTests {
  private let second: Int64 = 1_000_000_000

  @Test("delays are drawn below a bound that doubles up to 20 seconds")
  func bounds() {
    var dice = Dice(1)
    for (attempt, bound) in [(1, 1), (2, 2), (3, 4), (5, 16), (6, 20), (60, 20)] as [(Int, Int64)] {
      var (least, most) = (Int64.max, Int64.min)
      for _ in 0..<400 {
        var backoff = Backoff(attempts: 100)
        let delay = backoff.delay(after: attempt, using: &dice)?.nanoseconds ?? -1
        (least, most) = (min(least, delay), max(most, delay))
      }
      #expect(least >= 0 && least < bound * second / 20)
      #expect(most <= bound * second && most > bound * second * 19 / 20)
    }
  }

  @Test("a throttled request waits for longer")
  func throttled() {
    var dice = Dice(2)
    let delays = (0..<200).map { _ in
      var backoff = Backoff()
      return backoff.delay(after: 1, isThrottled: true, using: &dice)?.nanoseconds ?? -1
    }
    #expect(delays.contains { $0 > second } && delays.allSatisfy { $0 <= 2 * second })
  }

  @Test("attempts end, and so does the patience with a server")
  func ends() {
    var dice = Dice(3)
    var backoff = Backoff(attempts: 3)
    #expect(backoff.delay(after: 2, using: &dice) != nil)
    #expect(backoff.delay(after: 3, using: &dice) == nil)
    let long = Span(nanoseconds: 301 * second)
    #expect(backoff.delay(after: 1, wish: long, using: &dice) == nil)
    var once = Backoff(attempts: 0)
    #expect(once.delay(after: 1, using: &dice) == nil)
  }

  @Test("what the server asks for is the least")
  func wishes() {
    var dice = Dice(4)
    var backoff = Backoff()
    let wish = Span(nanoseconds: 30 * second)
    let delay = backoff.delay(after: 1, wish: wish, using: &dice)?.nanoseconds ?? 0
    #expect(delay >= 30 * second && delay <= 31 * second)
  }

  @Test("a dead server is given up on after a hundred retries, a busy one is not")
  func budget() {
    var dice = Dice(5)
    var dead = Backoff()
    var retries = 0
    while dead.delay(after: 1, using: &dice) != nil { retries += 1 }
    #expect(retries == 100)
    for _ in 0..<5 { dead.succeeded() }
    #expect(dead.delay(after: 1, using: &dice) != nil)
    var busy = Backoff()
    for _ in 0..<10_000 {
      for _ in 0..<10 { busy.succeeded() }
      #expect(busy.delay(after: 1, using: &dice) != nil)
    }
  }

  @Test(
    "headers are understood",
    arguments: [
      (nil, "7", 7_000), ("1500", "7", 1_500), ("x", "7", 7_000), (nil, "x", nil), (nil, nil, nil),
      (nil, "-1", nil), (nil, "", nil), ("0", nil, 0),
      (nil, "Sat, 21 Nov 2026 08:00:10 GMT", 10_000), (nil, "Sat, 21 Nov 2026 07:00:00 GMT", 0),
      (nil, "99999999999999999999", 1_000_000_000_000), (nil, "Sat, 41 Nov 2026 07:00:00 GMT", nil),
    ] as [(String?, String?, Int64?)])
  func headers(_ milliseconds: String?, _ retryAfter: String?, _ expected: Int64?) throws {
    let now = try #require(Timestamp(text: "2026-11-21T08:00:00Z"))
    let wish = Backoff.wish(milliseconds: milliseconds, retryAfter: retryAfter, now: now)
    #expect(wish?.nanoseconds == expected.map { $0 * 1_000_000 })
  }
}

@Suite("How many requests are under way")
struct WindowTests {
  @Test("a storm of refusals of one round halves once")
  func halving() {
    var window = Window(ceiling: 16)
    var tickets: [Window.Ticket] = []
    while window.hasRoom { tickets.append(window.start()) }
    #expect(tickets.count == 16)
    for ticket in tickets { window.finish(ticket, .throttled) }
    #expect(window.width == 8 && window.underWay == 0)
    for expected in [4, 2, 1, 1] {
      window.finish(window.start(), .throttled)
      #expect(window.width == expected)
    }
  }

  @Test("it grows by one after as many successes as it is wide, up to the ceiling")
  func growing() {
    var window = Window(ceiling: 4)
    window.finish(window.start(), .throttled)
    window.finish(window.start(), .throttled)
    #expect(window.width == 1)
    var widths: [Int] = []
    for _ in 0..<12 {
      window.finish(window.start(), .succeeded)
      widths.append(window.width)
    }
    #expect(widths == [2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4])
  }

  @Test("successes of requests from before tell nothing, other failures change nothing")
  func old() {
    var window = Window(ceiling: 4)
    let old = [window.start(), window.start(), window.start()]
    window.finish(window.start(), .throttled)
    #expect(window.width == 2)
    for ticket in old { window.finish(ticket, .succeeded) }
    for _ in 0..<9 { window.finish(window.start(), .failed) }
    #expect(window.width == 2 && window.underWay == 0)
  }

  @Test("there is always room for one")
  func floor() {
    #expect(Window(ceiling: 0).hasRoom)
  }
}
