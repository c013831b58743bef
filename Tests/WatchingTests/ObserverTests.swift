import Core
import Doubles
import System
import Testing
import Tree
import Values

@testable import Watching

@Suite struct ObserverTests {
  @Test("a file that is made and written is one create, one that is written again a write")
  func files() throws {
    let stage = try Stage()
    #expect(try stage.told { $0.make("a", size: 5) } == ["create a 5"])
    #expect(try stage.told { $0.make("a", size: 6) } == ["write a 6"])
    #expect(try stage.told { $0.move("a", to: "b") } == ["rename a b 6"])
    #expect(try stage.told { $0.remove("b") } == ["remove b"])
  }

  @Test("a new folder is told with what is in it, and each file once")
  func newFolder() throws {
    let stage = try Stage()
    let told = try stage.told {
      $0.make("d", .folder)
      $0.make("d/e", .folder)
      $0.make("d/e/f", size: 1)
    }
    #expect(told == ["create d/", "create d/e/", "create d/e/f 1"])
    // Made after the folder was watched, and before it is listed: it is in both.
    stage.meadow.make("g", .folder)
    stage.follower.forget()
    try stage.work(1)
    stage.meadow.make("g/x", size: 1)
    stage.meadow.make("g/y", size: 2)
    try stage.work()
    #expect(stage.follower.told == ["create g/", "create g/x 1", "create g/y 2"])
  }

  @Test("a folder that moves takes its watches along; moved out it has none")
  func movedFolder() throws {
    let stage = try Stage()
    _ = try stage.told {
      $0.make("a", .folder)
      $0.make("a/b", .folder)
      $0.make("c", .folder)
    }
    #expect(try stage.told { $0.move("a", to: "c/d") } == ["rename a/ c/d/"])
    #expect(try stage.told { $0.make("c/d/b/f", size: 1) } == ["create c/d/b/f 1"])
    #expect(stage.meadow.watched == 4)
    #expect(try stage.told { $0.remove("c") }.last == "remove c/")
    #expect(stage.meadow.watched == 1)
  }

  @Test("half of a move is waited for; without the other half it is a removal")
  func halves() throws {
    let stage = try Stage()
    _ = try stage.told { $0.make("a", size: 1) }
    stage.meadow.move("a", to: "b")
    stage.follower.forget()
    #expect(try stage.work(1, patiently: false) == .waiting(Backlog.wait))
    #expect(try stage.work(1, patiently: false) == .idle)
    #expect(stage.follower.told == ["rename a b 1"])
    let root = try #require(stage.observer.tops[0]).node
    let watch = stage.observer.tree.nodes.watch(root)
    stage.follower.forget()
    stage.meadow.tell(watch, .movedFrom, "gone", 77)
    try stage.work()
    #expect(stage.follower.told == ["remove gone"])
  }

  @Test("names that change places are both told")
  func exchange() throws {
    let stage = try Stage()
    _ = try stage.told {
      $0.make("a", size: 1)
      $0.make("b", size: 2)
    }
    _ = try stage.told { $0.exchange("a", "b") }
    #expect(stage.follower.files == stage.meadow.files())
  }

  @Test("what a filter leaves out does not exist")
  func filters() throws {
    var scope = Scope()
    scope.filter.leaveOutClutter()
    let stage = try Stage(Meadow(), scope)
    #expect(try stage.told { $0.make("a.tmp", size: 1) } == [])
    #expect(try stage.told { $0.move("a.tmp", to: "a") } == ["create a 1"])
    #expect(try stage.told { $0.move("a", to: ".a") } == ["remove a"])
    _ = try stage.told { $0.make(".git", .folder) }
    #expect(stage.meadow.watched == 1)
    #expect(try stage.told { $0.make(".s4l-draft", size: 1) } == [])
    #expect(try stage.told { $0.move(".git", to: "git") } == ["create git/"])
  }

  @Test("only what is asked for is told; without renames they are creates and removes")
  func choice() throws {
    let stage = try Stage(Meadow(), Scope(), .init([.create, .remove]))
    let told = try stage.told {
      $0.make("d", .folder)
      $0.make("d/a", size: 1)
      $0.make("d/a", size: 2)
    }
    #expect(told == ["create d/", "create d/a 2"])
    #expect(
      try stage.told { $0.move("d", to: "e") } == ["create e/", "create e/a 2", "remove d/"])
  }

  @Test("lost notices, and a limit of watches, are not passed over")
  func limits() throws {
    let stage = try Stage()
    stage.meadow.tell(-1, .overflow)
    #expect(try stage.work() == .lost)
    let other = try Stage()
    other.meadow.limit = 2
    other.meadow.make("a", .folder)
    other.meadow.make("b", .folder)
    let failure = #expect(throws: Failure.self) { try other.work() }
    #expect(failure?.message.contains("sysctl fs.inotify.max_user_watches=") == true)
  }

  @Test("a root that goes is doubted")
  func root() throws {
    for mask: Notice.Mask in [.deletedSelf, .movedSelf, .unmounted, .ignored] {
      let stage = try Stage()
      let root = try #require(stage.observer.tops[0]).node
      stage.meadow.tell(stage.observer.tree.nodes.watch(root), mask)
      #expect(try stage.work() == .doubt)
      #expect(stage.observer.takeDoubts() == [0])
    }
  }

  @Test("whoever follows the events knows the tree, however late they are", arguments: 0..<40)
  func model(_ seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let meadow = Meadow()
    for _ in 0..<20 { Wild.act(meadow, &dice) }
    let stage = try Stage(meadow)
    for (path, _) in meadow.files() where dice.hits(onceIn: 99) { meadow.remove(path) }
    // What is there at the start is listed by others: here it is told by writing it anew.
    for (path, version) in meadow.files() { meadow.make(path, size: Int(version[0])) }
    for _ in 0..<60 {
      for _ in 0..<dice.below(30) { Wild.act(meadow, &dice) }
      if dice.hits(onceIn: 3) {
        try stage.work()
        #expect(stage.follower.files == meadow.files())
      } else {
        try stage.work(dice.below(8), patiently: dice.hits(onceIn: 2))
      }
    }
    try stage.work()
    #expect(stage.follower.files == meadow.files())
  }

  @Test(
    "whoever follows the events knows the tree, whatever happens while it is looked at",
    arguments: [false, true])
  func gusts(_ areLate: Bool) throws {
    for seed in 0..<2_000 {
      var dice = Dice(UInt64(seed))
      let stage = try Stage()
      let meadow = stage.meadow
      var left = 1 + seed % 60
      meadow.gust = {
        meadow.now += Int64(dice.below(1_000_000))
        guard left > 0, dice.hits(onceIn: 3) else { return }
        left -= 1
        Wild.act(meadow, &dice)
        if dice.hits(onceIn: 4) { meadow.deliver(dice.below(4), to: stage.observer.backlog) }
        guard areLate else { return }
        meadow.isLate = dice.hits(onceIn: 2)
        meadow.hurry(dice.below(3))
      }
      while left > 0 {
        for _ in 0..<dice.below(6) { Wild.act(meadow, &dice) }
        left -= 1
        meadow.now += Int64(dice.below(dice.hits(onceIn: 8) ? 100_000_000 : 10_000_000))
        try stage.work(dice.below(6), patiently: dice.hits(onceIn: 2))
      }
      meadow.isLate = false
      meadow.hurry()
      try stage.work()
      try stage.work()
      #expect(stage.follower.files == meadow.files(), "seed \(seed)")
    }
  }
}

/// Whatever can happen in a tree.
enum Wild {
  static func path(_ dice: inout Dice) -> String {
    (0...dice.below(4)).map { _ in dice.pick(["a", "b", "c"]) }.joined(separator: "/")
  }

  static func act(_ meadow: Meadow, _ dice: inout Dice) {
    let (path, other) = (path(&dice), path(&dice))
    switch dice.below(11) {
    case 0...2: meadow.make(path, size: dice.below(100))
    case 3...4: meadow.make(path, .folder)
    case 5...7: meadow.move(path, to: other)
    case 8 where dice.hits(onceIn: 3): meadow.exchange(path, other)
    case 8: meadow.make(path, .link, to: dice.pick(["a", "..", "/nowhere", "b"]))
    case 9: dice.hits(onceIn: 2) ? meadow.link(path, other) : meadow.remove(path)
    default: meadow.remove(path)
    }
  }
}
