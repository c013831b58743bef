import Testing

@testable import Supervision

@Suite struct RosterTests {
  private static let second: Int64 = 1_000_000_000

  private func post(_ name: String, _ words: String...) -> Roster.Post {
    Roster.Post(name, name, words.map { Array($0.utf8) })
  }

  @Test("who is wanted is started, who is not is stopped, and who is another is both in turn")
  func wanted() {
    var roster = Roster()
    #expect(roster.want([post("a"), post("b")], at: 0) == [.start(post("a")), .start(post("b"))])
    #expect(roster.want([post("a"), post("b")], at: 1).isEmpty)
    #expect(
      roster.want([post("b", "x"), post("c")], at: 2) == [
        .stop("b"), .stop("a"), .start(post("c")),
      ])
    #expect(roster.ended("a", status: 0, at: 3).isEmpty)
    #expect(roster.ended("b", status: nil, at: 3) == [.start(post("b", "x"))])
    #expect(roster.seats.map(\.post.name) == ["b", "c"])
    #expect(roster.seats.allSatisfy { $0.restarts == 0 })
  }

  @Test("one that is asked to stop and wanted again as it was comes back")
  func back() {
    var roster = Roster()
    _ = roster.want([post("a")], at: 0)
    #expect(roster.want([], at: 1) == [.stop("a")])
    #expect(roster.want([post("a")], at: 2).isEmpty)
    #expect(roster.ended("a", status: 0, at: 3) == [.start(post("a"))])
  }

  @Test("who ends by itself is started at once, then later each time, and after a minute at once")
  func again() {
    var roster = Roster()
    _ = roster.want([post("a")], at: 0)
    #expect(roster.ended("a", status: 1, at: 5) == [.start(post("a"))])
    var now: Int64 = 5
    var pauses: [Int64] = []
    for _ in 0..<13 {
      #expect(roster.ended("a", status: nil, at: now).isEmpty)
      guard let next = roster.next else {
        Issue.record("it is given up")
        return
      }
      #expect(roster.tick(at: next - 1).isEmpty)
      pauses.append(next - now)
      now = next
      #expect(roster.tick(at: now) == [.start(post("a"))])
    }
    #expect(pauses.first == RosterTests.second / 10 && pauses.last == 60 * RosterTests.second)
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    now += 61 * RosterTests.second
    #expect(roster.ended("a", status: 0, at: now) == [.start(post("a"))])
    #expect(roster.seats[0].restarts == 15)
  }

  @Test("a command line or configuration that is wrong is not tried again until it is another")
  func hopeless() {
    for status: Int32 in [64, 78] {
      var roster = Roster()
      _ = roster.want([post("a")], at: 0)
      #expect(roster.ended("a", status: status, at: 1).isEmpty)
      #expect(roster.next == nil && roster.seats[0].state == .failed)
      #expect(roster.want([post("a")], at: 2).isEmpty)
      #expect(roster.want([post("a", "x")], at: 3) == [.start(post("a", "x"))])
    }
  }

  @Test("draining stops all, and starts nobody whatever ends")
  func drain() {
    var roster = Roster()
    _ = roster.want([post("a"), post("b"), post("c")], at: 0)
    _ = roster.ended("c", status: 1, at: 1)
    _ = roster.ended("c", status: 1, at: 1)
    #expect(roster.drain(at: 2) == [.stop("a"), .stop("b")])
    #expect(!roster.isEmpty)
    #expect(roster.ended("a", status: 1, at: 3).isEmpty)
    #expect(roster.want([post("d")], at: 3).isEmpty)
    #expect(roster.ended("b", status: nil, at: 3).isEmpty)
    #expect(roster.isEmpty && roster.next == nil)
  }

  @Test("whatever happens, at most one of a name is at work", arguments: 1...20)
  func random(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func roll(_ count: UInt64) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % count)
    }
    var roster = Roster()
    var alive: Set<String> = []
    var asked: Set<String> = []
    var now: Int64 = 0
    func take(_ actions: [Roster.Action]) {
      for action in actions {
        switch action {
        case .start(let post):
          #expect(alive.insert(post.name).inserted)
          asked.remove(post.name)
        case .stop(let name):
          #expect(alive.contains(name) && asked.insert(name).inserted)
        }
      }
    }
    var wanted: [Roster.Post] = []
    for _ in 0..<2_000 {
      now += Int64(roll(2_000_000_000))
      switch roll(3) {
      case 0:
        wanted = ["a", "b", "c"].filter { _ in roll(3) > 0 }.map { post($0, "\(roll(2))") }
        take(roster.want(wanted, at: now))
      case 1:
        guard let name = alive.sorted().dropFirst(roll(3)).first else { continue }
        alive.remove(name)
        asked.remove(name)
        take(roster.ended(name, status: [0, 1, 64, nil][roll(4)], at: now))
      default: take(roster.tick(at: now))
      }
    }
    // Left alone, all that is wanted and not hopeless ends up at work.
    for _ in 0..<100 {
      for name in asked.sorted() {
        alive.remove(name)
        asked.remove(name)
        take(roster.ended(name, status: 0, at: now))
      }
      now += 120 * RosterTests.second
      take(roster.tick(at: now))
    }
    let failed = roster.seats.filter { $0.state == .failed }.map(\.post.name)
    #expect(alive.union(failed) == Set(wanted.map(\.name)))
  }
}
