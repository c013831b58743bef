import Core
import Foundation
import Plugin
import Records
import Store
import System
import Testing
import Values

@Suite("Programs for stores that do not behave") struct MisfortuneTests {
  private func failure(_ body: () throws(Failure) -> Void) -> Failure? {
    do throws(Failure) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private func opening(_ program: String, _ location: String = "x") throws -> Failure? {
    let bench = try Bench()
    try bench.install("bad", program)
    let found = failure { () throws(Failure) in _ = try bench.open("bad", Path(text: location)) }
    #expect(bench.leftovers == [])
    return found
  }

  @Test("a scheme without a program is unavailable, and the program that is missing is named")
  func missing() throws {
    let bench = try Bench()
    let found = failure { () throws(Failure) in _ = try bench.open("no", Path(text: "x")) }
    #expect(found?.kind == .unavailable)
    #expect(found?.message.contains("s4l-store-no") == true)
  }

  @Test("another version of the protocol is told as such")
  func version() throws {
    let bench = try Bench()
    try bench.install("new", hello: #""version": 2"#, answering: "pass")
    let found = failure { () throws(Failure) in _ = try bench.open("new", Path(text: "x")) }
    #expect(found?.kind == .unavailable)
    #expect(found?.reason == "it speaks version 2 of the protocol, not 1")
  }

  @Test("a program that ends at once, or is killed, is unavailable; its status is told")
  func stillborn() throws {
    let ended = try opening("#!/bin/sh\nexit 3\n")
    #expect(ended == Failure(.unavailable, "s4l-store-bad", "it ended with exit status 3"))
    let killed = try opening("#!/bin/sh\nkill -9 $$\n")
    #expect(killed == Failure(.unavailable, "s4l-store-bad", "it was ended by signal 9"))
    #expect(try opening("#!/no/such/interpreter\n") != nil)
  }

  @Test(
    "what is no answer is a data failure",
    arguments: [
      "nonsense", "{}", #"{"type":"done"}"#, #"{"type":"done","id":"99","version":1}"#,
      #"{"type":"maybe","id":"1"}"#, #"{"type":"failed","id":"1","kind":"odd"}"#, "[1]",
      #"{"type":"entry","id":"1","path":"a"}"#,
    ])
  func garbage(_ line: String) throws {
    let found = try opening("#!/bin/sh\nread line\necho '\(line)'\nsleep 60\n")
    #expect(found?.kind == .data)
    #expect(found?.subject == "s4l-store-bad")
  }

  @Test("its own failure is passed on in its words")
  func refusal() throws {
    let line = #"{"type":"failed","id":"1","kind":"config","reason":"no key for x"}"#
    let found = try opening("#!/bin/sh\nread line\necho '\(line)'\n")
    #expect(found?.kind == .config)
    #expect(found?.reason == "no key for x")
  }

  @Test("a death in the middle fails all that is in hand, and all that is asked later")
  func death() throws {
    let bench = try Bench()
    try bench.install("weak", answering: "if asked['path'] == 'kill': sys.exit(5)")
    let store = try bench.open("weak", Path(text: "x"))
    var answers: [Failure?] = []
    for name in ["a", "b", "kill", "c"] {
      store.stat(Path(text: name)) { result in
        if case .failure(let failure) = result { answers.append(failure) }
      }
    }
    try bench.loop.run { answers.count == 4 }
    let expected = Failure(.unavailable, "s4l-store-weak", "it ended with exit status 5")
    #expect(answers.allSatisfy { $0 == expected })
    #expect(try store.stat("later").kind == .unavailable)
    #expect(failure { () throws(Failure) in _ = try store.listing() } == expected)
  }

  @Test("a listing that ends with the program is not whole; what came before was told")
  func cutListing() throws {
    let bench = try Bench()
    try bench.install("weak", answering: "say(asked, 'entry', path='a', size=1); sys.exit(5)")
    let store = try bench.open("weak", Path(text: "x"))
    var told: [Path] = []
    let found = failure { () throws(Failure) in
      try store.list(ListWish()) { listed in
        if case .file(let file) = listed { told.append(Path(file.path)) }
      }
    }
    #expect(found?.kind == .unavailable)
    #expect(told == [Path(text: "a")])
  }

  @Test("answers are told apart by their ids, in whatever order they come")
  func order() throws {
    let bench = try Bench()
    try bench.install(
      "back",
      answering: """
        waiting = globals().setdefault("waiting", [])
        waiting.append(asked)
        if len(waiting) == 20:
            for each in reversed(waiting): say(each, "done", size=int(each["path"]))
        """)
    let store = try bench.open("back", Path(text: "x"))
    var sizes: [Int: Int] = [:]
    var order: [Int] = []
    for number in 0..<20 {
      store.stat(Path(text: "\(number)")) { result in
        if case .success(let object) = result { sizes[number] = object.size }
        order.append(number)
      }
    }
    try bench.loop.run { order.count == 20 }
    #expect(order == (0..<20).reversed())
    #expect(sizes.allSatisfy { $0.key == $0.value } && sizes.count == 20)
  }

  @Test("a program that does not read keeps nobody waiting")
  func deaf() throws {
    let bench = try Bench()
    try bench.install("deaf", answering: "time.sleep(600)")
    let store = try bench.open("deaf", Path(text: "x"))
    let name = String(repeating: "n", count: 1_000)
    var answers = 0
    for number in 0..<2_000 {
      store.stat(Path(text: "\(name)\(number)")) { _ in answers += 1 }
    }
    var isPassed = false
    bench.loop.after(0) { isPassed = true }
    try bench.loop.run { isPassed }
    #expect(answers == 0)
  }

  @Test("digests confirm what was stored and got, or show that it is something else")
  func digests() throws {
    let bench = try Bench()
    try bench.install(
      "sum", hello: #""version": 1, "digests": True, "width": 9"#,
      answering: """
        if asked["type"] == "get":
            open(asked["file"], "w").write("abc")
            say(asked, "done", size=3, md5="900150983cd24fb0d6963f7d28e17f72")
        elif asked["path"] == "right": say(asked, "done", size=3, sha256=asked["sha256"])
        else: say(asked, "done", size=3, sha256="00" * 32)
        """)
    let store = try bench.open("sum", Path(text: "x"))
    #expect(store.abilities.width == 9)
    #expect(store.abilities.keepsDigests)
    #expect(try store.put("right", "abc").get().isConfirmed)
    #expect(try store.put("wrong", "abc").kind == .io)
    let (checked, text) = try store.get(Path(text: "a")) { $0.verifies = true }
    #expect(try checked.get().isConfirmed)
    #expect(text == "abc\n")
    #expect(try store.get(Path(text: "a")).0.get().isConfirmed == false)
  }

  @Test(
    "a put is not taken for whole if the store holds another size; one that tells none is wrong")
  func sizes() throws {
    let bench = try Bench()
    try bench.install(
      "short",
      answering: """
        if asked["path"] == "none": say(asked, "done")
        else: say(asked, "done", size=1)
        """)
    let store = try bench.open("short", Path(text: "x"))
    #expect(try store.put("a", "abc").kind == .io)
    #expect(try store.put("none", "abc").kind == .data)
  }

  @Test("holes and folders of a flat listing are told as what they are")
  func holes() throws {
    let bench = try Bench()
    try bench.install(
      "holes",
      answering: """
        say(asked, "entry", path="a/" if asked.get("flat") else "a/b", size=0)
        say(asked, "hole", path="c/", kind="refused", reason="locked")
        say(asked, "done")
        """)
    let store = try bench.open("holes", Path(text: "x"))
    #expect(try store.listing().map { "\($0.path)" } == ["a/b", "c/?"])
    var wish = ListWish()
    wish.isFlat = true
    #expect(try store.listing(wish).map { "\($0.path)" } == ["a/", "c/?"])
  }

  @Test("names that are no UTF-8 are refused where the program does not take them")
  func text() throws {
    let bench = try Bench()
    try bench.install("text", answering: "say(asked, 'done', size=1)")
    let store = try bench.open("text", Path(text: "x"))
    #expect(try store.put(Path([0xFF]), "x").kind == .refused)
  }
}
