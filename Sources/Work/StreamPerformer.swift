package import Core
internal import Glibc
internal import Records
package import System
package import Tasks
package import Values

/// Has all tasks done by one program that goes on: it reads them as records, a line each, and
/// writes a verdict for each, in any order.
///
/// A task that is to be given up is told as a record of type `cancel` with its id. A program that
/// does not heed it in time is ended, and so are the tasks that it had in hand; it is started anew
/// with the next one.
package final class StreamPerformer: Performer {
  package var ended: (Shift.Key, Upshot) -> Void = { _, _ in }
  private let program: Path
  private let arguments: [[UInt8]]
  private let environment: [(name: String, value: String)]
  private let loop: Loop
  private let log: Log
  private let parser = Parser()
  private let begun = Buffer()
  private var inHand: Set<Shift.Key> = []
  private var child: Child?
  private var channel: Channel?
  /// Why the program ended, once it has.
  private var reason: String?
  private var isSilent = false
  private var isClosing = false

  /// How long what the program has written last is waited for once it has ended, or its end once it
  /// writes no more.
  private static let moment: Int64 = 1_000_000_000

  package init(
    _ program: Path, _ arguments: [[UInt8]], _ environment: [(name: String, value: String)],
    _ loop: Loop, _ log: Log
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.loop = loop
    self.log = log
  }

  package func begin(_ task: Task, limit: Timestamp) throws(Failure) {
    if channel == nil { try start() }
    inHand.insert(Shift.Key(task))
    let writer = Writer(begun)
    writer.task(task, .active) {
      writer.add(.attempt, task.retried + 1)
      writer.add(.lease, limit)
    }
  }

  package func flush() {
    if begun.count == 0 { return }
    channel?.say { $0.append(begun.bytes) }
    begun.clear()
  }

  private func start() throws(Failure) {
    let input = try Pipe().release()
    let output: (reader: Int32, writer: Int32)
    do {
      output = try Pipe().release()
    } catch {
      Glibc.close(input.reader)
      Glibc.close(input.writer)
      throw error
    }
    let channel = Channel(loop, reader: output.reader, writer: input.writer)
    let theirInput = Descriptor(owning: input.reader)
    let theirOutput = Descriptor(owning: output.writer)
    var plan = Child.Plan(program, arguments)
    plan.environment = environment
    plan.input = .descriptor(theirInput.number)
    plan.output = .descriptor(theirOutput.number)
    reason = nil
    isSilent = false
    child = try Child.start(plan, on: loop) { [weak self] in self?.exited($0) }
    channel.heard = { [weak self] line in self?.heard(line) }
    channel.ended = { [weak self] _ in self?.silent() }
    self.channel = channel
  }

  private func heard(_ line: UnsafeRawBufferPointer) {
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
    do throws(Failure) {
      try judge(try parser.parse(line))
    } catch {
      // Whoever says this has forgotten a task, or will: what it has in hand would wait for ever.
      log.error(
        "the handler is ended: what it said is no verdict: \(error.message)",
        ["line": "\(String(decoding: line.prefix(200), as: UTF8.self))"])
      child?.stop()
    }
  }

  private func judge(_ record: Record) throws(Failure) {
    guard record.kind == .verdict, let id = try record.text(.id), let ok = try record.flag(.ok)
    else { throw Failure(.data, "", "a verdict has \"id\" and \"ok\"") }
    let key: Shift.Key?
    if let queue = try record.text(.queue) {
      key = Shift.Key(queue: queue, id: id)
    } else {
      key = inHand.first { $0.id == id }
    }
    guard let key, inHand.remove(key) != nil else {
      log.warn("a verdict for a task that is not in hand", ["id": "\(id)"])
      return
    }
    let result = try record.content(.result)
    if ok { return ended(key, .done(result: result)) }
    let kind = try record.text(.kind).flatMap(Failure.Kind.init(rawValue:))
    let reason = try record.text(.reason) ?? "no reason given"
    ended(key, .failed(kind, reason: Remark.tail(Array(reason.utf8)), result: result))
  }

  private func exited(_ outcome: Result<Child.Report, Failure>) {
    reason =
      switch outcome {
      case .success(let report): "the handler ended: " + Remark.text(report.ended, [])
      case .failure(let failure): "the handler cannot be waited for: " + failure.message
      }
    if isSilent { return bereaved() }
    let channel = channel
    loop.after(StreamPerformer.moment) { [weak self] in
      if let self, self.channel === channel { self.bereaved() }
    }
  }

  private func silent() {
    isSilent = true
    if reason != nil { return bereaved() }
    let child = child
    loop.after(StreamPerformer.moment) { child?.stop() }
  }

  /// The program is no more: neither is what it had in hand.
  private func bereaved() {
    channel?.close()
    channel = nil
    child = nil
    begun.clear()
    let reason = reason ?? ""
    let left = inHand
    inHand = []
    if !left.isEmpty || !isClosing { log.error(reason) }
    for key in left { ended(key, .failed(nil, reason: reason)) }
  }

  package func stop(_ key: Shift.Key) {
    guard inHand.contains(key) else { return }
    flush()
    channel?.say { out in
      out.append("{\"type\":\"cancel\"")
      Writer(out).add(.id, text: key.id)
      Writer(out).add(.queue, text: key.queue)
      Writer(out).end()
    }
  }

  package func kill(_ key: Shift.Key) { child?.kill() }

  package func close() {
    isClosing = true
    channel?.finish()
  }
}
