import Stream
import Testing

@testable import Agreement
@testable import Difference

@Suite("What becomes of a path that two sides have")
struct ReconciliationTests {
  typealias State = Reconciliation.State

  /// A path in a small world: on each side there is nothing, or a version by its number; the base
  /// says which version each side had.
  private struct World: Hashable {
    var left: Int?
    var right: Int?
    var base: (left: Int?, right: Int?)

    static func == (one: World, other: World) -> Bool {
      one.left == other.left && one.right == other.right && one.base.left == other.base.left
        && one.base.right == other.base.right
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine([left, right, base.left, base.right])
    }

    static func state(_ now: Int?, _ then: Int?) -> State {
      guard let now else { return then == nil ? .none : .gone }
      return now == then ? .same : .changed
    }

    /// The world after a decision was carried out; versions that are alike have one number, and
    /// the higher one is the newer.
    func after(_ policy: Reconciliation.Policy, saved: inout [Int]) -> World {
      var next = self
      var decision = Reconciliation.decide(
        World.state(left, base.left), World.state(right, base.right))
      if decision == .contest {
        let newer: Side? = left == right ? nil : left ?? 0 > right ?? 0 ? .left : .right
        decision = left == right ? .keep : Reconciliation.resolve(policy, newer: newer, larger: nil)
      }
      switch decision {
      case .nothing, .contest, .refuse: break
      case .keep: next.base = (left, right)
      case .forget: next.base = (nil, nil)
      case .copy(.left, _):
        next.left = right
        next.base = (right, right)
      case .copy(.right, _):
        next.right = left
        next.base = (left, left)
      case .delete(.left):
        next.left = nil
        next.base = (nil, nil)
      case .delete(.right):
        next.right = nil
        next.base = (nil, nil)
      case .save(let side):
        if let loser = side == .left ? right : left { saved.append(loser) }
        next.base = side == .left ? (nil, right) : (left, nil)
      }
      return next
    }
  }

  private static let worlds: [World] = {
    let versions: [Int?] = [nil, 1, 2, 3]
    // What a base can say: that both had one version, or that one side's is safe.
    let bases: [(Int?, Int?)] = [(nil, nil), (1, 1), (1, nil), (nil, 1), (2, 1)]
    return versions.flatMap { left in
      versions.flatMap { right in bases.map { World(left: left, right: right, base: $0) } }
    }
  }()

  @Test("two runs bring both sides in step, a third has nothing to do", arguments: policies)
  func converges(_ policy: Reconciliation.Policy) {
    for world in ReconciliationTests.worlds {
      var saved: [Int] = []
      let second = world.after(policy, saved: &saved).after(policy, saved: &saved)
      let third = second.after(policy, saved: &saved)
      #expect(second == third, "\(world)")
      // What both sides had as one is one again, and so is what the base did not know.
      let isAgreed =
        world.base.left == world.base.right || world.base.left == nil
        || world.base.right == nil
      if isAgreed { #expect(second.left == second.right, "\(world)") }
    }
  }

  private static let policies: [Reconciliation.Policy] = [
    .newer, .larger, .left, .right, .keepBoth,
  ]

  @Test("what somebody changed is lost by a conflict alone, and with keep-both not at all")
  func keeps() {
    for world in ReconciliationTests.worlds {
      for policy in ReconciliationTests.policies {
        var saved: [Int] = []
        let end = world.after(policy, saved: &saved).after(policy, saved: &saved)
        let left = World.state(world.left, world.base.left)
        let right = World.state(world.right, world.base.right)
        for (state, version) in [(left, world.left), (right, world.right)] where state == .changed {
          let isThere = end.left == version || end.right == version || saved.contains(version ?? 0)
          let wasContested = left == .changed && right == .changed && policy != .keepBoth
          #expect(isThere || wasContested, "\(policy) \(world)")
        }
      }
    }
  }

  @Test("only what one side gave up, and the other left as it was, is deleted")
  func deletes() {
    for left in State.allCases {
      for right in State.allCases {
        switch Reconciliation.decide(left, right) {
        case .delete(.left): #expect(left == .same && right == .gone)
        case .delete(.right): #expect(left == .gone && right == .same)
        case .forget: #expect([left, right].allSatisfy { $0 == .gone || $0 == .none })
        case .copy(.left, _): #expect(right == .changed || right == .same && left == .none)
        case .copy(.right, _): #expect(left == .changed || left == .same && right == .none)
        case .keep: #expect(left == .same && right == .same)
        case .contest: #expect(left == .changed && right == .changed)
        case .nothing: #expect(left == .none && right == .none)
        case .save, .refuse: Issue.record("nothing is contested yet")
        }
      }
    }
  }

  @Test("exchanging the sides exchanges the decision")
  func mirrored() {
    func mirror(_ decision: Reconciliation.Decision) -> Reconciliation.Decision {
      switch decision {
      case .copy(let side, let isConflict): .copy(to: side.other, isConflict: isConflict)
      case .delete(let side): .delete(on: side.other)
      case .save(let side): .save(on: side.other)
      case .nothing, .keep, .forget, .contest, .refuse: decision
      }
    }
    for left in State.allCases {
      for right in State.allCases {
        #expect(
          Reconciliation.decide(right, left) == mirror(Reconciliation.decide(left, right)))
      }
    }
    for side in Side.allCases {
      for policy in [Reconciliation.Policy.newer, .larger, .keepBoth, .fail] {
        let one = Reconciliation.resolve(policy, newer: side, larger: nil)
        #expect(Reconciliation.resolve(policy, newer: side.other, larger: nil) == mirror(one))
      }
    }
  }

  @Test("who wins")
  func winners() {
    typealias R = Reconciliation
    #expect(R.resolve(.newer, newer: .right, larger: .left) == .copy(to: .left, isConflict: true))
    #expect(R.resolve(.newer, newer: nil, larger: .right) == .copy(to: .left, isConflict: true))
    #expect(R.resolve(.newer, newer: nil, larger: nil) == .copy(to: .right, isConflict: true))
    #expect(R.resolve(.larger, newer: .right, larger: .left) == .copy(to: .right, isConflict: true))
    #expect(R.resolve(.left, newer: .right, larger: .right) == .copy(to: .right, isConflict: true))
    #expect(R.resolve(.right, newer: .left, larger: .left) == .copy(to: .left, isConflict: true))
    #expect(R.resolve(.keepBoth, newer: .right, larger: nil) == .save(on: .right))
    #expect(R.resolve(.fail, newer: .right, larger: .right) == .refuse)
  }
}
