internal import Core
internal import Glibc
internal import Records
internal import System
internal import Transfer

/// The line on the terminal that tells how far the copying stage is, as that stage records it.
///
/// Its records are read between those of the stream, whenever there are any, and only the newest
/// is shown; neither side is ever waited for.
final class Gauge {
  private let log: Log
  private var reader: Int32
  private var writer: Int32
  private let parser = Parser()
  private var text: [UInt8] = []
  private var begun: Int64?
  private var isShown = false

  init(_ log: Log) throws(Failure) {
    self.log = log
    (reader, writer) = try Pipe().release()
  }

  deinit {
    closeWriter()
    closeReader()
  }

  /// Where the stage is to write its records.
  var descriptor: Int32 { writer }

  /// To be called once the stage has the descriptor: the end of the records is seen only when
  /// nobody else can write any.
  func closeWriter() {
    if writer >= 0 { close(writer) }
    writer = -1
  }

  private func closeReader() {
    if reader >= 0 { close(reader) }
    reader = -1
  }

  /// Waits until the stream can be read, and shows meanwhile what is recorded.
  func wait(for stream: Int32, whenInterrupted: () -> Void) throws(Failure) {
    while reader >= 0 {
      var ready = [
        pollfd(fd: stream, events: Int16(POLLIN), revents: 0),
        pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&ready, 2, -1) < 0 {
        let error = errno
        guard error == EINTR else { throw Failure(errno: error, "the pipe") }
        if Interrupt.isRequested { whenInterrupted() }
        continue
      }
      if ready[1].revents != 0 { take() }
      if ready[0].revents != 0 { return }
    }
  }

  /// Shows what has been recorded, if anything has.
  func look() {
    var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    if reader >= 0, poll(&ready, 1, 0) == 1 { take() }
  }

  private func take() {
    var chunk = [UInt8](repeating: 0, count: 4_096)
    let count = read(reader, &chunk, chunk.count)
    if count < 0, errno == EINTR { return }
    guard count > 0 else { return closeReader() }
    text += chunk.prefix(count)
    guard let end = text.lastIndex(of: 10) else { return }
    let start = text[..<end].lastIndex(of: 10).map { $0 + 1 } ?? 0
    let line = Array(text[start..<end])
    text.removeSubrange(...end)
    do throws(Failure) { try show(line) } catch {
      log.warn("the progress of the copies cannot be read: \(error.message)")
      closeReader()
    }
  }

  private func show(_ line: [UInt8]) throws(Failure) {
    let parsed = line.withUnsafeBytes { line -> Result<Advance, Failure> in
      do throws(Failure) { return .success(try Advance(try parser.parse(line))) } catch {
        return .failure(error)
      }
    }
    let advance = try parsed.get()
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
