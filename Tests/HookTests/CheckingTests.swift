import Core
import Doubles
import Serve
import Store
import Support
import System
import Testing
import Values

@testable import s4l_hook

@Suite struct CheckingTests {
  private let log = Log(tool: "test", level: .fatal)

  private func memory(_ span: Int64, most: Int = 10) -> Memory {
    Memory(Span(nanoseconds: span), most: most)
  }

  @Test("an answer holds for a while, and the oldest make room")
  func remembering() {
    var memory = memory(100, most: 3)
    let answer = Answer.json(200, "x")
    let keys = (0..<5).map { Path(text: "k\($0)") }
    memory.keep(answer, for: keys[0], at: 0)
    #expect(memory.recall(keys[0], at: 99) == answer)
    #expect(memory.recall(keys[0], at: 100) == nil)
    memory.keep(answer, for: keys[0], at: 100)
    #expect(memory.recall(keys[0], at: 199) == answer)
    for (place, key) in keys.enumerated().dropFirst() {
      memory.keep(answer, for: key, at: Int64(place))
    }
    #expect(keys.map { memory.recall($0, at: 50) != nil } == [false, false, true, true, true])
    var none = self.memory(0)
    none.keep(answer, for: keys[0], at: 0)
    #expect(none.recall(keys[0], at: 0) == nil)
  }

  @Test("many who ask for one key at once make one request")
  func together() throws {
    let desk = try Bench()
    let store = MemoryStore("mem://b", desk.loop)
    store.add("here", size: 7)
    store.failures[Path(text: "broken")] = Failure(.unavailable, "", "no answer")
    let checking = Checking(.store(store), desk.loop, holding: Span(nanoseconds: 1 << 40), log)
    let keys = ["here", "here", "gone", "here", "gone", "broken", "broken"]
    #expect(
      try desk.ask(keys, checking) == [
        #"200 {"exists":true,"size":7}"#, #"200 {"exists":true,"size":7}"#,
        #"404 {"exists":false}"#, #"200 {"exists":true,"size":7}"#, #"404 {"exists":false}"#,
        #"502 {"error":"the store cannot be asked"}"#,
        #"502 {"error":"the store cannot be asked"}"#,
      ])
    #expect(store.asked == ["stat here", "stat gone", "stat broken"])
    _ = try desk.ask(keys, checking)
    #expect(store.asked.count == 4)
    #expect(
      try desk.ask(["../x", "", "a/", "/a", "a//b"], checking)
        == Array(repeating: #"400 {"error":"bad request"}"#, count: 5))
    #expect(store.asked.count == 4)
  }

  @Test("a folder is looked into, but not out of")
  func folders() throws {
    let sandbox = Sandbox()
    let made = sandbox.shell("mkdir -p b/d && printf abc >b/d/f && touch o && ln -s ../o b/l")
    #expect(made.status == 0)
    let desk = try Bench()
    let checking = Checking(
      .folder(sandbox.folder.appending("b")), desk.loop, holding: Span(nanoseconds: 0), log)
    #expect(
      try desk.ask(["d/f", "d", "l", "x/y"], checking) == [
        #"200 {"exists":true,"size":3}"#, #"404 {"exists":false}"#, #"404 {"exists":false}"#,
        #"404 {"exists":false}"#,
      ])
  }
}

/// Asks as requests do, and turns the loop until all are answered.
private final class Bench {
  let loop: Loop

  init() throws(Failure) { loop = try Loop() }

  func ask(_ keys: [String], _ checking: Checking) throws -> [String] {
    var answers: [Int: String] = [:]
    for (place, key) in keys.enumerated() {
      let reply = Reply { answer in
        let text = String(decoding: answer.body, as: UTF8.self).dropLast()
        answers[place] = "\(answer.status) \(text)"
      }
      checking.answer(Path(text: key), reply)
    }
    try loop.run { answers.count == keys.count }
    return keys.indices.compactMap { answers[$0] }
  }
}
