import Tasks
import Testing
import Values

@testable import Redis

/// Messages as asynq's own clients and workers wrote them, byte for byte.
@Suite struct WireTests {
  @Test("what asynq has written is read and written again as it was", arguments: Captured.messages)
  func messages(_ captured: Captured.Message) throws {
    let bytes = try #require(Hex.decode(captured.hex.utf8))
    #expect(Wire.task(bytes) == captured.task)
    #expect(Hex.text(Wire.encode(captured.task)) == captured.hex)
  }

  private static let process =
    "0a02766d109c2c1a2437643338653436632d656635612d343832662d623531382d3762643130383461643736"
    + "3620042a070a0373346c10022a070a036c6f7710013a06616374697665420c089d9685d80610fc9dc6de024801"
  private static let hand =
    "0a02766d109c2c1a2437643338653436632d656635612d343832662d623531382d3762643130383461643736"
    + "36220245312a0973796e633a66696c653204776f726b3a0373346c420c089d9685d80610bb93b1df024a0c08a5"
    + "a485d806108792b1df02"

  private static let worker: Worker = {
    var worker = Worker(
      host: "vm", process: 5_660, id: "7d38e46c-ef5a-482f-b518-7bd1084ad766", width: 4,
      weights: ["s4l": 2, "low": 1],
      started: Timestamp(seconds: 1_795_246_877, nanoseconds: 735_153_916))
    let task = Task(id: "E1", queue: "s4l", type: "sync:file", payload: Array("work".utf8))
    worker.hands = [
      Worker.Hand(
        task, started: Timestamp(seconds: 1_795_246_877, nanoseconds: 736_905_659),
        limit: Timestamp(seconds: 1_795_248_677, nanoseconds: 736_905_479))
    ]
    return worker
  }()

  @Test("a worker tells of itself as asynq's do")
  func workers() throws {
    let worker = WireTests.worker
    #expect(Hex.text(Wire.encode(worker)) == WireTests.process)
    #expect(Hex.text(Wire.encode(worker.hands[0], of: worker)) == WireTests.hand)
    let process = try #require(Hex.decode(WireTests.process.utf8))
    var read = try #require(Wire.worker(process))
    let bytes = try #require(Hex.decode(WireTests.hand.utf8))
    let hand = try #require(Wire.hand(bytes))
    #expect(hand.task.id == "E1" && hand.task.type == "sync:file")
    #expect(hand.started == worker.hands[0].started && hand.limit == worker.hands[0].limit)
    read.hands = worker.hands
    #expect(read == worker)
  }

  @Test("members may come in any order, and those that are not known stay")
  func order() throws {
    // queue, id, a number 20, type, text 21, a fixed 64-bit number 22.
    let strange = "a00107aa010161b1010102030405060708"
    let bytes = try #require(
      Hex.decode("2201711a0169a001070a0174aa010161b1010102030405060708".utf8))
    let task = try #require(Wire.task(bytes))
    #expect(task.id == "i" && task.queue == "q" && task.type == "t" && task.retries == 0)
    #expect(Hex.text(task.unknown) == strange)
    #expect(Hex.text(Wire.encode(task)) == "0a01741a0169220171" + strange)
  }

  @Test("numbers below nothing take ten bytes")
  func negative() throws {
    var task = Task(id: "i", queue: "q", type: "t")
    task.retries = -1
    task.timeout = -2
    let bytes = Wire.encode(task)
    #expect(Hex.text(bytes).contains("28ffffffffffffffffff01"))
    #expect(Wire.task(bytes) == task)
  }

  @Test("text that is not UTF-8 is repaired before anyone else can stumble over it")
  func repaired() throws {
    let bytes = try #require(Hex.decode("0a01741a01692201713a03ff6f6b".utf8))
    let task = try #require(Wire.task(bytes))
    #expect(task.reason == "\u{FFFD}ok")
    #expect(Hex.text(Wire.encode(task)).hasSuffix("3a05efbfbd6f6b"))
  }

  @Test("headers are written in order of their bytes")
  func headers() throws {
    var task = Task(id: "i", queue: "q", type: "t")
    task.headers = ["b": "", "a": "1", "é": "2", "Z": "3"]
    let text = Hex.text(Wire.encode(task))
    #expect(
      text.hasSuffix(
        "7a060a015a1201337a060a01611201317a050a016212007a070a02c3a9120132"))
    #expect(Wire.task(Wire.encode(task)) == task)
  }

  @Test(
    "what is no message is none",
    arguments: ["0a", "0a05", "0a0561", "ff", "00", "0b", "28ffffffffffffffffffff01", "0900"])
  func broken(_ hex: String) throws {
    let bytes = try #require(Hex.decode(hex.utf8))
    #expect(Wire.task(bytes) == nil)
  }
}
