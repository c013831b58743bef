internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// A walk by several threads whose output is the same, byte for byte, as that of one.
///
/// Each folder is a node that some thread visits, leaving behind pieces: runs of records, and the
/// nodes of its folders between them. The caller's thread writes the pieces in order. Threads always
/// take the node that comes first in that order, and wait when too much lies about unwritten.
///
/// `@unchecked Sendable`: every access to the nodes and to the list is made under the lock, but for
/// the buffer that one thread is filling.
final class Parade: @unchecked Sendable {
  private enum Piece {
    case records(Buffer, Tally)
    case node(Node)
  }

  private final class Node {
    let place: Place
    var pieces: [Piece] = []
    var isDone = false
    init(_ place: Place) { self.place = place }
  }

  private static let pieceSize = 64 << 10
  private static let mostUnwritten = 2 << 20

  private let scope: Scope
  private let jobs: Int
  private let lock = Lock()
  private let top: Node
  /// What nobody has begun, the first in order at the end.
  private var pending: [Node]
  /// The node whose pieces are being written.
  private var wanted: Node
  private var unwritten = 0
  private var isOver = false
  private var failure: Failure?

  init(_ scope: Scope, _ root: Place, _ jobs: Int) {
    self.scope = scope
    self.jobs = jobs
    top = Node(root)
    pending = [top]
    wanted = top
  }

  func run(into section: Section) throws(Failure) {
    let threads = (0..<jobs).compactMap { _ in Thread { [self] in work() } }
    if threads.isEmpty { throw Failure(.later, "threads", "the system gives none") }
    var caught: Failure?
    do { try write(top, section) } catch { caught = error }
    lock.enter()
    isOver = true
    lock.wake()
    lock.leave()
    for thread in threads { thread.join() }
    if let failure = caught ?? failure { throw failure }
  }

  private func write(_ node: Node, _ section: Section) throws(Failure) {
    var place = 0
    while true {
      lock.enter()
      wanted = node
      lock.wake()
      while place == node.pieces.count, !node.isDone, failure == nil { lock.wait() }
      let piece = place < node.pieces.count && failure == nil ? node.pieces[place] : nil
      if piece != nil { node.pieces[place] = .records(Buffer(capacity: 0), Tally()) }
      lock.leave()
      guard let piece, !Interrupt.isRequested else { return }
      place += 1
      switch piece {
      case .node(let next): try write(next, section)
      case .records(let buffer, let tally):
        try section.take(buffer.bytes, tally)
        lock.enter()
        unwritten -= buffer.count
        lock.wake()
        lock.leave()
      }
    }
  }

  private func work() {
    let visit = Visit(scope)
    while let node = next() {
      do throws(Failure) {
        try self.visit(node, visit)
      } catch {
        lock.enter()
        failure = failure ?? error
        lock.leave()
      }
      lock.enter()
      node.isDone = true
      lock.wake()
      lock.leave()
    }
  }

  private func next() -> Node? {
    lock.enter()
    defer { lock.leave() }
    while !isOver {
      if let first = pending.last, unwritten < Parade.mostUnwritten || first === wanted {
        return pending.removeLast()
      }
      lock.wait()
    }
    return nil
  }

  private func visit(_ node: Node, _ visit: Visit) throws(Failure) {
    let filled = Buffer(capacity: 4_096)
    var found: [Node] = []
    var tally = Tally()
    try visit.list(node.place, level: 0, Writer(filled), &tally) { (tally) throws(Failure) in
      if filled.count >= Parade.pieceSize { hand(filled, &tally, of: node) }
    } enter: { (place, tally) throws(Failure) in
      hand(filled, &tally, of: node)
      let child = Node(place)
      found.append(child)
      publish(.node(child), of: node, bytes: 0)
    }
    hand(filled, &tally, of: node)
    lock.enter()
    for child in found.reversed() { insert(child) }
    lock.wake()
    lock.leave()
  }

  /// Publishes what has been written so far as a piece of its own.
  private func hand(_ filled: Buffer, _ tally: inout Tally, of node: Node) {
    if filled.count == 0 { return }
    let piece = Buffer(capacity: filled.count)
    piece.append(filled.bytes)
    filled.clear()
    publish(.records(piece, tally), of: node, bytes: piece.count)
    tally = Tally()
  }

  /// Leaves a piece for the writer. A thread that is far ahead waits until its turn comes.
  private func publish(_ piece: Piece, of node: Node, bytes: Int) {
    lock.enter()
    node.pieces.append(piece)
    unwritten += bytes
    lock.wake()
    while unwritten > 2 * Parade.mostUnwritten, wanted !== node, !isOver, bytes > 0 { lock.wait() }
    lock.leave()
  }

  private func insert(_ node: Node) {
    var low = 0
    var high = pending.count
    while low < high {
      let middle = (low + high) / 2
      if node.place.prefix.lexicographicallyPrecedes(pending[middle].place.prefix) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    pending.insert(node, at: low)
  }
}
