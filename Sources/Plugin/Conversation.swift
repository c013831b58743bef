internal import Core
internal import Records
internal import Store
internal import System
internal import Values

/// The program behind a plugin, and what was asked of it and is not answered yet.
///
/// Every question has a number, and any number of them may be under way. Whatever goes wrong with
/// the program itself (it ends, it talks nonsense) is the end of all of them at once.
final class Conversation {
  /// What is heard about one question: any number of records, then one of the others.
  enum Heard {
    case record(Record)
    case done(Record)
    case failed(Failure)

    var isLast: Bool {
      if case .record = self { false } else { true }
    }
  }

  static let version = 1
  /// How long a program may take to say hello, and to end when nothing more is asked of it.
  private static let patience: Int64 = 60_000_000_000
  private static let farewell: Int64 = 2_000_000_000

  let name: String
  private let loop: Loop
  private let process: Process
  private let channel: Channel
  private let parser = Parser()
  private var numbers = 0
  private var open: [String: (Heard) -> Void] = [:]
  /// Why nothing can be asked any more.
  private var end: Failure?
  private var hasEnded = false

  init(_ name: String, _ program: Path, _ loop: Loop) throws(Failure) {
    self.name = name
    self.loop = loop
    Interrupt.ignoreBrokenPipes()
    let there = try Pipe().release()
    let reader = Descriptor(owning: there.reader)
    let back: (reader: Int32, writer: Int32)
    do { back = try Pipe().release() } catch {
      _ = Descriptor(owning: there.writer)
      throw error
    }
    let writer = Descriptor(owning: back.writer)
    channel = Channel(loop, reader: back.reader, writer: there.writer)
    // A group of its own: an interrupt at the terminal is for us, and we finish what is in hand.
    process = try Process.start(
      program: program, arguments: [], stdin: reader.number, stdout: writer.number, group: .own)
    channel.heard = { [weak self] in self?.hear($0) }
    channel.ended = { [weak self] in self?.over($0) }
  }

  deinit {
    close()
  }

  /// Ends the program, and forgets what was asked and not answered.
  func close() {
    open = [:]
    channel.close()
    end = end ?? Failure(.later, name, "the run has ended")
    if hasEnded { return }
    hasEnded = true
    do {
      if try process.wait(within: Conversation.farewell) == nil {
        process.killGroup()
        _ = try process.wait()
      }
    } catch {
      // It is gone, however it went.
    }
  }

  /// Says what we want and waits for what the program says of itself.
  func greet(_ location: Path, _ folder: Path) throws(Failure) -> Abilities {
    var answer: Result<Abilities, Failure>?
    ask("hello") { message in
      message.add(.version, Conversation.version)
      message.add("location", name: location)
      message.add("folder", name: folder)
    } _: { [self] heard in
      answer = Result { () throws(Failure) in try abilities(heard) }
    }
    let timer = loop.after(Conversation.patience) { [weak self] in
      self?.fail(.unavailable, "it said no hello within a minute")
    }
    defer { loop.cancel(timer) }
    try loop.run { answer != nil }
    guard let answer else { throw Failure(.later, name, "the run was stopped") }
    return try answer.get()
  }

  private func abilities(_ heard: Heard) throws(Failure) -> Abilities {
    switch heard {
    case .failed(let failure): throw failure
    case .record: throw Failure(.data, name, "it lists before it was asked to")
    case .done(let hello):
      let version = try hello.integer(.version)
      guard version == Conversation.version else {
        let spoken = version.map { "version \($0)" } ?? "no version"
        throw Failure(
          .unavailable, name, "it speaks \(spoken) of the protocol, not \(Conversation.version)")
      }
      var abilities = Abilities()
      abilities.width = max(1, hello.integer(undeclared: "width") ?? 4)
      abilities.heedsConditions = hello.saysTrue(undeclared: "conditions")
      abilities.keepsDigests = hello.saysTrue(undeclared: "digests")
      abilities.wantsText = !hello.saysTrue(undeclared: "raw_names")
      return abilities
    }
  }

  /// Asks; `then` hears of it until the last word, never before this has returned.
  func ask(
    _ verb: StaticString, _ body: (Message) -> Void, _ then: @escaping (Heard) -> Void
  ) {
    if let end {
      loop.after(0) { then(.failed(end)) }
      return
    }
    numbers += 1
    let number = "\(numbers)"
    open[number] = then
    channel.say { out in
      let message = Message(out, verb, number)
      body(message)
      message.end()
    }
  }

  private func hear(_ line: UnsafeRawBufferPointer) {
    do throws(Failure) {
      try take(try parser.parse(line))
    } catch {
      fail(.data, "its answer makes no sense: \(error.reason)")
    }
  }

  private func take(_ record: Record) throws(Failure) {
    guard let number = try record.text(.id), let then = open[number] else {
      throw Failure(.data, "", "it has no \"id\" of a question that is open")
    }
    let heard = try Conversation.heard(record)
    if heard.isLast { open[number] = nil }
    then(heard)
  }

  private static func heard(_ record: Record) throws(Failure) -> Heard {
    if record.kind == .entry || record.kind == .hole {
      guard record.path != nil else { throw Failure(.data, "", "\"path\" is missing") }
      if record.kind == .entry, try record.integer(.size) == nil {
        throw Failure(.data, "", "\"size\" is missing")
      }
      return .record(record)
    }
    if record.holds(.type, "done") { return .done(record) }
    guard record.holds(.type, "failed") else {
      throw Failure(.data, "", "its type is none of entry, hole, done and failed")
    }
    return .failed(try record.told())
  }

  // MARK: The end

  /// The program must not be asked any more: it is ended, and so is all that is open.
  func fail(_ kind: Failure.Kind, _ reason: String) {
    channel.close()
    process.killGroup()
    hasEnded = true
    do { _ = try process.wait() } catch {}
    finish(Failure(kind, name, reason))
  }

  private func over(_ failure: Failure?) {
    if let failure { return fail(.data, failure.reason) }
    let ended: Ended?
    do { ended = try process.wait(within: Conversation.farewell) } catch { ended = nil }
    switch ended {
    case .exited(let status):
      hasEnded = true
      finish(Failure(.unavailable, name, "it ended with exit status \(status)"))
    case .signalled(let signal):
      hasEnded = true
      finish(Failure(.unavailable, name, "it was ended by signal \(signal)"))
    case nil: fail(.unavailable, "it closed its output")
    }
  }

  private func finish(_ failure: Failure) {
    end = end ?? failure
    let all = open.values
    open = [:]
    for then in all { then(.failed(failure)) }
  }
}
