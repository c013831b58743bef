internal import Core
internal import Glibc
internal import Records
internal import System
internal import Transfer

/// How far the copying stages are, as each of them records it: a line on the terminal, or what a
/// board says. Where several copy, it is of all of them together.
///
/// Their records are read between those of the stream, whenever there are any, and only the newest
/// of each counts; nobody is ever waited for.
final class Gauge {
  /// What comes of one stage.
  private struct Voice {
    var reader: Int32
    var writer: Int32
    var text: [UInt8] = []
    var newest: Advance?
  }

  private let log: Log
  private let board: Int32?
  private var voices: [Voice] = []
  private let parser = Parser()
  private var begun: Int64?
  private var isShown = false

  /// For so many stages; with a board, what they record is kept there.
  init(_ log: Log, stages: Int, board: Int32? = nil) throws(Failure) {
    self.log = log
    self.board = board
    for _ in 0..<stages {
      let (reader, writer) = try Pipe().release()
      voices.append(Voice(reader: reader, writer: writer))
    }
  }

  deinit {
    closeWriters()
    for place in voices.indices { closeReader(place) }
  }

  /// Where each of the stages is to write its records.
  var descriptors: [Int32] { voices.map(\.writer) }

  /// To be called once the stages have the descriptors: the end of the records is seen only when
  /// nobody else can write any.
  func closeWriters() {
    for place in voices.indices where voices[place].writer >= 0 {
      close(voices[place].writer)
      voices[place].writer = -1
    }
  }

  private func closeReader(_ place: Int) {
    if voices[place].reader >= 0 { close(voices[place].reader) }
    voices[place].reader = -1
  }

  /// The stages of which anything may still come; a number below zero is passed over by the kernel.
  private var questions: [pollfd] {
    voices.map { pollfd(fd: $0.reader, events: Int16(POLLIN), revents: 0) }
  }

  /// Waits until the stream can be read, and shows meanwhile what is recorded.
  func wait(for stream: Int32, whenInterrupted: () -> Void) throws(Failure) {
    while voices.contains(where: { $0.reader >= 0 }) {
      var ready = questions + [pollfd(fd: stream, events: Int16(POLLIN), revents: 0)]
      if poll(&ready, nfds_t(ready.count), -1) < 0 {
        let error = errno
        guard error == EINTR else { throw Failure(errno: error, "the pipe") }
        if Interrupt.isRequested { whenInterrupted() }
        continue
      }
      for place in voices.indices where ready[place].revents != 0 { take(place) }
      if ready[voices.count].revents != 0 { return }
    }
  }

  /// Shows what has been recorded, if anything has.
  func look() {
    var ready = questions
    guard poll(&ready, nfds_t(ready.count), 0) > 0 else { return }
    for place in voices.indices where ready[place].revents != 0 { take(place) }
  }

  private func take(_ place: Int) {
    var chunk = [UInt8](repeating: 0, count: 4_096)
    let count = read(voices[place].reader, &chunk, chunk.count)
    if count < 0, errno == EINTR { return }
    guard count > 0 else { return closeReader(place) }
    voices[place].text += chunk.prefix(count)
    let text = voices[place].text
    guard let end = text.lastIndex(of: 10) else { return }
    let start = text[..<end].lastIndex(of: 10).map { $0 + 1 } ?? 0
    voices[place].text.removeSubrange(...end)
    do throws(Failure) {
      voices[place].newest = try advance(Array(text[start..<end]))
      show()
    } catch {
      log.warn("the progress of the copies cannot be read: \(error.message)")
      closeReader(place)
    }
  }

  private func advance(_ line: [UInt8]) throws(Failure) -> Advance {
    let parsed = line.withUnsafeBytes { line -> Result<Advance, Failure> in
      do throws(Failure) { return .success(try Advance(try parser.parse(line))) } catch {
        return .failure(error)
      }
    }
    return try parsed.get()
  }

  private func show() {
    let told = voices.compactMap(\.newest)
    guard let first = told.first else { return }
    let advance = told.dropFirst().reduce(first) { $0.joined(with: $1) }
    if let board {
      advance.post(on: board, tool: "s4l-put")
      return
    }
    let now = Clock.elapsed()
    // The first record is of the moment when the copies begin, and has nothing else to tell.
    guard let begun else { return begun = now }
    StatusLine.show(advance.line(after: now - begun))
    isShown = true
  }

  /// Takes the line away.
  func end() {
    if isShown { StatusLine.end(nil) }
    isShown = false
  }
}
