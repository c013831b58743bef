internal import Core
internal import Glibc
internal import System

/// Lines on their way to whoever ships them. It may be away, or behind: a good deal waits, and
/// more than that is counted and left out; nobody waits for it.
final class Freight {
  private let loop: Loop
  private var pipe: Pipe?
  private var waiting: [UInt8] = []
  private var isEnding = false
  private(set) var lost = 0

  /// As many bytes wait besides those that the pipe holds.
  private static let most = 1 << 20

  init(_ loop: Loop) { self.loop = loop }

  /// What whoever ships reads. It stays when one is followed by another.
  func open() throws(Failure) -> Child.Feed {
    if isEnding { close() }
    if let reader = pipe?.reader.number { return .descriptor(reader) }
    let pipe = try Pipe()
    let reader = pipe.reader.number
    _ = fcntl(pipe.writer.number, F_SETFL, O_NONBLOCK)
    self.pipe = consume pipe
    return .descriptor(reader)
  }

  func load(_ lines: [UInt8]) {
    guard pipe != nil, !isEnding else { return }
    if waiting.count + lines.count > Freight.most {
      lost += lines.count { $0 == 10 }
      return
    }
    waiting += lines
    unload()
  }

  /// How many lines were lost since it was asked last.
  func takeLost() -> Int {
    defer { lost = 0 }
    return lost
  }

  /// Lets it end by itself, once it has read what there is.
  func end() {
    isEnding = true
    unload()
  }

  private func unload() {
    guard let writer = pipe?.writer.number else { return }
    while !waiting.isEmpty {
      let count = waiting.withUnsafeBytes { write(writer, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      waiting.removeFirst(count)
    }
    if waiting.isEmpty {
      loop.forget(writer)
      if isEnding { close() }
    } else {
      loop.watch(writer, .writing) { [unowned self] _ in unload() }
    }
  }

  private func close() {
    if let writer = pipe?.writer.number { loop.forget(writer) }
    pipe = nil
    waiting = []
    isEnding = false
  }
}
