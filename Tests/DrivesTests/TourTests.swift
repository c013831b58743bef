import Core
import Doubles
import Glibc
import Store
import System
import Testing
import Values

@testable import Drives

extension String.UTF8View {
  fileprivate func precedes(_ other: String.UTF8View) -> Bool { lexicographicallyPrecedes(other) }
}

@Suite("The listing of a drive") struct TourTests {
  private func drive(_ names: [String]) throws -> FakeDrive {
    let drive = FakeDrive(try Loop())
    for name in names { drive.add(name) }
    return drive
  }

  private static let broken = Failure(.unavailable, "", "storage not init")

  @Test("files come in byte order of their whole path, whatever the folders are called")
  func order() throws {
    let drive = try drive(["a/x", "a-b/x", "a", "a.txt", "b/c/d", "b/c.d", "b/", "e/"])
    #expect(Told(drive).lines == ["a 3", "a-b/x 3", "a.txt 3", "a/x 3", "b/c.d 3", "b/c/d 3"])
    #expect(
      Told(drive) { $0.tellsFolders = true }.lines == [
        "a 3", "a-b/", "a-b/x 3", "a.txt 3", "a/", "a/x 3", "b/", "b/c.d 3", "b/c/", "b/c/d 3",
        "e/",
      ])
  }

  @Test("random trees are told as they are, in whatever order the answers come")
  func model() throws {
    var dice = Dice(20_261_128)
    for round in 0..<150 {
      let drive = try FakeDrive.random(&dice)
      let folders = dice.hits(onceIn: 2)
      let jobs = 1 + dice.below(9)
      let told = Told(drive) {
        $0.jobs = jobs
        $0.tellsFolders = folders
      }
      #expect(told.failure == nil)
      #expect(told.lines == Model(drive, tellsFolders: folders).told, "round \(round)")
      #expect(drive.mostUnderWay <= jobs)
      #expect(drive.asked.count == Set(drive.asked).count)
    }
  }

  @Test("whatever fails, at whatever depth and moment, is a hole, and nothing else is missing")
  func failures() throws {
    var dice = Dice(7)
    for round in 0..<200 {
      let drive = try FakeDrive.random(&dice)
      let whole = Told(drive).lines
      for name in drive.folders.keys.sorted() where !name.isEmpty && dice.hits(onceIn: 5) {
        let kind: Failure.Kind = dice.pick([.later, .unavailable, .refused, .data, .absent])
        drive.faults[name] = FakeDrive.Fault(Failure(kind, "", "x"), told: dice.below(4))
      }
      for name in drive.folders.keys.sorted() where !name.isEmpty && dice.hits(onceIn: 20) {
        drive.folders[name] = nil
      }
      let depth = dice.hits(onceIn: 2) ? Tour.depth : dice.below(4)
      let told = Told(drive) {
        $0.jobs = 1 + round % 5
        $0.depth = depth
      }
      #expect(told.lines == Model(drive, depth: depth).told, "round \(round)")
      let covered = told.lines.compactMap { line -> String? in
        if line.hasSuffix("/") { return line }
        return line.firstRange(of: "/? ").map { String(line[..<$0.lowerBound]) + "/" }
      }
      let rest = Set(told.lines)
      for line in whole where !rest.contains(line) {
        #expect(covered.contains { line.utf8.starts(with: $0.utf8) }, "round \(round): \(line)")
      }
    }
  }

  @Test("a failure tells its kind and its reason; a folder that is suddenly gone is no absence")
  func holes() throws {
    let drive = try drive(["a/b/c", "d/e", "f"])
    drive.faults["a/b"] = .init(TourTests.broken, told: 1)
    drive.folders["d"] = nil
    #expect(Told(drive).lines == ["a/b/? unavailable", "d/? later", "f 3"])
    drive.faults["a"] = .init(Failure(.absent, "", "object not found"))
    #expect(Told(drive).lines == ["a/? later", "d/? later", "f 3"])
  }

  @Test("what the root fails with ends the listing: absent is not empty")
  func root() throws {
    let drive = try drive(["a"])
    drive.faults[""] = .init(TourTests.broken, told: 1)
    var told = Told(drive)
    #expect(told.failure == TourTests.broken)
    #expect(told.lines == [])
    drive.faults[""] = .init(Failure(.absent, "", "object not found"))
    told = Told(drive)
    #expect(told.failure?.kind == .absent)
  }

  @Test(
    "a folder with a name that nothing can have is a hole",
    arguments: ["", ".", "..", "x/y", "/x", "x/", "x\0y"])
  func nonsense(_ name: String) throws {
    let drive = try drive(["a/b", "c"])
    drive.folders["a"]?.append(.file(name, size: 1))
    #expect(Told(drive).lines == ["a/? data", "c 3"])
    drive.folders["a"] = [.folder(name == "x/" ? "x//" : name), .file("b", size: 1)]
    #expect(Told(drive).lines == ["a/? data", "c 3"])
    drive.folders[""]?.append(.file(name, size: 1))
    #expect(Told(drive).failure?.kind == .data)
  }

  @Test("a name that is told twice is one, but a file and a folder of one name are two")
  func twice() throws {
    let drive = try drive(["a/x", "b"])
    drive.folders[""]? += [.folder("a"), .file("b", size: 3), .file("a", size: 5)]
    #expect(Told(drive).lines == ["a 5", "a/x 3", "b 3"])
    #expect(drive.asked.sorted() == ["", "a"])
  }

  @Test("names of ours are passed over and not looked into; names that only look so are not")
  func reserved() throws {
    let drive = try drive([".s4l/x", "a/.s4l-1.tmp", "a/b.s4l", ".s4"])
    #expect(Told(drive).lines == [".s4 3", "a/b.s4l 3"])
    #expect(drive.asked.sorted() == ["", "a"])
  }

  @Test("what a drive cannot tell of is a hole among the rest")
  func single() throws {
    let drive = try drive(["a/b", "a/d"])
    drive.folders["a"]? += [
      .hole("c", Failure(.refused, "", "locked")), .hole("e/", TourTests.broken),
    ]
    #expect(Told(drive).lines == ["a/b 3", "a/c? refused", "a/d 3", "a/e/? unavailable"])
  }

  @Test("25 levels of folders are entered, the 26th is told by its name")
  func depth() throws {
    let chain = (1...30).map { "\($0)" }
    let drive = try drive([chain.joined(separator: "/") + "/x"])
    let deep = chain.prefix(25).joined(separator: "/")
    drive.folders[deep]?.append(.file("last", size: 1))
    #expect(Told(drive).lines == [deep + "/26/", deep + "/last 1"])
    #expect(drive.asked.count == 26)
    let flat = Told(drive) { $0.isFlat = true }
    #expect(flat.lines == ["1/"])
    let all = Told(drive) { $0.depth = nil }
    #expect(all.lines == [chain.joined(separator: "/") + "/x 3", deep + "/last 1"])
  }

  @Test("folders that are not wanted are named and not entered")
  func enters() throws {
    let drive = try drive(["a/b/c", "a/d/e"])
    let told = Told(drive) { $0.enters = { !$0.elementsEqual("a/b".utf8) } }
    #expect(told.lines == ["a/b/", "a/d/e 3"])
    #expect(drive.asked.sorted() == ["", "a", "a/d"])
  }

  @Test("a listing starts where it is told to, and its paths stay those from the root")
  func start() throws {
    let drive = try drive(["a/b/c/d", "a/b/e", "a/bc/f", "a/z", "g"])
    #expect(Told(drive) { $0.start = Path(text: "a/b/") }.lines == ["a/b/c/d 3", "a/b/e 3"])
    #expect(drive.asked == ["a/b", "a/b/c"])
    #expect(
      Told(drive) { $0.start = Path(text: "a/b") }.lines == ["a/b/c/d 3", "a/b/e 3", "a/bc/f 3"])
    #expect(Told(drive) { $0.start = Path(text: "g") }.lines == ["g 3"])
    let shallow = Told(drive) {
      $0.start = Path(text: "a/")
      $0.depth = 2
    }
    #expect(shallow.lines == ["a/b/c/", "a/b/e 3", "a/bc/f 3", "a/z 3"])
    let missing = Told(drive) { $0.start = Path(text: "a/x/") }
    #expect(missing.failure == Failure(.absent, "fake://drive/root/a/x", "object not found"))
  }

  @Test("a drive that remembers is told to look anew, at every folder")
  func refreshes() throws {
    let drive = try drive(["a/b"])
    _ = Told(drive)
    #expect(drive.refreshed == [])
    _ = Told(drive) { $0.refreshes = true }
    #expect(drive.refreshed == ["", "a"])
  }

  @Test("who has heard enough is not told more, and late answers find nobody")
  func enough() throws {
    let drive = try drive((0..<40).map { "\($0 + 10)/x" })
    var told = 0
    do {
      try drive.list(ListWish()) { (_) throws(Failure) in
        told += 1
        if told == 5 { throw Failure(.io, "out", "full") }
      }
      Issue.record("it went on")
    } catch {
      #expect(error == Failure(.io, "out", "full"))
    }
    let asked = drive.asked.count
    try drive.loop.run { drive.underWay == 0 }
    #expect(told == 5)
    #expect(drive.asked.count == asked)
  }

  @Test("as many folders are under way as may be, even where each holds but one other")
  func width() throws {
    let drive = try drive((0..<60).map { "film \($0 + 10)/disc/x" })
    drive.latency = 0
    var widths: [Int] = []
    drive.asking = { [unowned drive] _ in widths.append(drive.underWay) }
    let told = Told(drive) { $0.jobs = 4 }
    #expect(told.lines.count == 60)
    #expect(drive.mostUnderWay == 4)
    // All but the first few and the last few find three others on their way.
    #expect(widths.filter { $0 == 4 }.count > 100)
    // They are asked for in the order in which they are told, as nearly as can be.
    let place = try #require(drive.asked.firstIndex(of: "film 12/disc"))
    #expect(place < 20)
  }

  @Test("what a huge folder holds goes to a file, and comes back whole and in order")
  func huge() throws {
    let drive = try drive(["a", "b/x"])
    drive.generated["b"] = 200_000
    drive.generated[""] = 20_000
    let names = (0..<20_000).map { "\($0) of many files" }.sorted { $0.utf8.precedes($1.utf8) }
    let more = (0..<200_000).map { "b/\($0) of many files" }.sorted { $0.utf8.precedes($1.utf8) }
    #expect(
      Told(drive).lines
        == names.map { $0 + " 1" } + ["a 3"] + more.map { $0 + " 1" } + ["b/x 3"])
    let stop = Stop([], depth: 0, Itinerary(ListWish()))
    stop.ask()
    var most = 0
    for number in 0..<200_000 {
      var name = "\(number) of many files"
      name.withUTF8 { bytes in
        stop.take(.file(Listed.View(path: UnsafeRawBufferPointer(bytes), size: 1)))
      }
      most = max(most, stop.held)
    }
    stop.end(.success(()))
    #expect(most < Stop.bound + 4_096)
    #expect(stop.weight < Stop.bound)
  }

  @Test("only so many folders wait, whatever there is")
  func ahead() throws {
    let drive = try drive((0..<500).map { "\($0 + 100)/x" })
    drive.latency = 0
    var most = 0
    var told = 0
    drive.asking = { [unowned drive] _ in most = max(most, drive.asked.count - told) }
    // The first answers when nothing else is asked for any more.
    drive.holds = { [unowned drive] in
      $0 == "100" && (drive.underWay > 1 || drive.asked.count < 5)
    }
    try drive.list(ListWish()) { _ in told += 1 }
    #expect(told == 500)
    #expect(most > 4 * 7)
    #expect(most <= 4 * 8 + 3)
  }
}
