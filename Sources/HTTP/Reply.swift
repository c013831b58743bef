internal import Core
internal import Glibc
internal import System
internal import Values

/// An answer as it comes in, line by line and piece by piece.
struct Reply {
  /// The most that all headers of an answer may take, and what is kept of the body of a refusal.
  static let most = 65_536
  private var sink: Exchange.Sink
  /// How much is gathered for one write: the library hands bodies over in pieces of 16 KiB at most,
  /// and so many small writes cost more than the copy.
  private let batch: Int
  private var status = 0
  private var lines: [UInt8] = []
  private var trailers: [UInt8] = []
  private var heard = 0
  private var isInside = false
  /// Whether the head that counts is there.
  private var isHeaded = false
  private var body: [UInt8] = []
  private var received = 0
  /// What is to go into a file next, and how much has gone there.
  private var gathered: Buffer?
  private var written = 0
  /// What went wrong on our side.
  var trouble: Trouble?
  /// Whether the rest of the body does not matter.
  private(set) var isEnough = false

  /// What a body that goes into a file may have.
  private let mostOfFile: Int

  init(sink: Exchange.Sink = .memory(most: 0), batch: Int = 65_536, most: Int = .max) {
    mostOfFile = most
    self.sink = sink
    self.batch = batch
  }

  var answer: Answer {
    Answer(
      status: status, headers: Headers(lines: lines), trailers: Headers(lines: trailers),
      body: body, received: received)
  }

  private var isSuccess: Bool { (200...299).contains(status) }

  // MARK: The head

  /// Takes a line of a head, with its end; false ends the exchange.
  mutating func hear(_ line: UnsafeRawBufferPointer, _ opening: ((Answer) -> Bool)?) -> Bool {
    heard += line.count
    if heard > Reply.most {
      return stop(.tooLarge, "the headers of the answer are larger than 64 KiB")
    }
    // Where a request is made anew, as without what the server does not expect, so is the head.
    if isHeaded, !line.starts(with: "HTTP/".utf8) {
      if line.count > 2 { trailers.append(contentsOf: line) }
    } else if !isInside {
      begin(line)
    } else if line.count > 2 || line.first.map({ $0 > 32 }) ?? false {
      lines.append(contentsOf: line)
    } else {
      return end(opening)
    }
    return true
  }

  /// Takes a status line. Those of interim answers are followed by another head, which counts.
  private mutating func begin(_ line: UnsafeRawBufferPointer) {
    isInside = true
    isHeaded = false
    trailers.removeAll()
    lines.removeAll(keepingCapacity: true)
    lines.reserveCapacity(512)
    status = 0
    guard let space = line.firstIndex(of: 32) else { return }
    for digit in line[(space + 1)...].prefix(3) where (48...57).contains(digit) {
      status = status * 10 + Int(digit - 48)
    }
  }

  private mutating func end(_ opening: ((Answer) -> Bool)?) -> Bool {
    isInside = false
    if status < 200 { return true }
    isHeaded = true
    guard let opening, !opening(answer) else { return true }
    return stop(.refused, "the answer was refused")
  }

  // MARK: The body

  /// Takes a piece of the body; false ends the exchange.
  mutating func receive(_ piece: UnsafeRawBufferPointer) -> Bool {
    switch sink {
    case .file where isSuccess:
      if piece.count > mostOfFile - received {
        return stop(.tooLarge, "the answer is larger than \(mostOfFile) bytes")
      }
      guard gather(piece) else { return false }
    case .stream(let take) where isSuccess:
      if !take(piece) { return stop(.refused, "the rest of the answer was refused") }
    case .memory(let most) where isSuccess:
      if body.count + piece.count > most {
        return stop(.tooLarge, "the answer is larger than \(most) bytes")
      }
      if body.isEmpty { reserve(most) }
      body.append(contentsOf: piece)
    case .file, .stream, .memory:
      body.append(contentsOf: piece.prefix(Reply.most - body.count))
      isEnough = body.count == Reply.most
    }
    received += piece.count
    return !isEnough
  }

  /// Makes room for a body that tells its length, so that it does not move while it grows.
  private mutating func reserve(_ most: Int) {
    let length = Headers(lines: lines)["content-length"].flatMap { Int($0) } ?? 0
    if length > 16_384 { body.reserveCapacity(min(length, most)) }
  }

  private mutating func gather(_ piece: UnsafeRawBufferPointer) -> Bool {
    let buffer = gathered ?? Buffer(capacity: 16_384)
    gathered = buffer
    buffer.append(piece)
    return buffer.count < batch || flush()
  }

  /// Writes what was gathered, if anything was; false if it cannot be written.
  mutating func flush() -> Bool {
    guard case .file(let file, let offset) = sink, let gathered, gathered.count > 0 else {
      return true
    }
    defer { gathered.clear() }
    guard write(gathered.bytes, to: file, at: offset + written) else { return false }
    written += gathered.count
    return true
  }

  private mutating func write(
    _ piece: UnsafeRawBufferPointer, to file: Int32, at offset: Int
  ) -> Bool {
    var done = 0
    while done < piece.count {
      let rest = UnsafeRawBufferPointer(rebasing: piece[done...])
      let count = pwrite(file, rest.baseAddress, rest.count, offset + done)
      let error = errno
      if count > 0 {
        done += count
      } else if count == 0 || error != EINTR {
        return stop(.file, count == 0 ? "nothing can be written" : Failure.words(error))
      }
    }
    return true
  }

  private mutating func stop(_ kind: Trouble.Kind, _ reason: String) -> Bool {
    trouble = Trouble(kind, reason)
    return false
  }
}
