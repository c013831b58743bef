internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// A walk by several threads whose output is the same, byte for byte, as that of one.
///
/// Each folder is a node that some thread visits, leaving behind pieces: runs of records, and the
/// nodes of its folders between them. The caller's thread writes the pieces in order. Threads
/// always take the node that comes first in that order, and wait when too much lies about
/// unwritten; but whoever waits takes over the very node that is to be written next, so somebody
/// always goes on.
///
/// The writer is woken when enough lies about that it would be sent on, not for every folder: to
/// wake a thread costs as much as to look at a dozen files.
///
/// `@unchecked Sendable`: every access to the nodes and to the list is made under the lock, but for
/// the buffer that one thread is filling.
final class Parade: @unchecked Sendable {
  private enum Piece {
    case records(Buffer, Tally)
    case node(Node)

    /// What the piece adds to what lies about unwritten.
    var cost: Int { bytes ?? 512 }

    var bytes: Int? {
      switch self {
      case .records(let buffer, _): buffer.count
      case .node: nil
      }
    }
  }

  private final class Node {
    /// Where the folder is, until it is opened: it keeps the folder above open. The root has none.
    var arrival: Arrival?
    var pieces: [Piece] = []
    var isDone = false

    init(_ arrival: Arrival?) { self.arrival = arrival }
  }

  private static let pieceSize = 64 << 10
  private static let mostUnwritten = 2 << 20
  private static let batch = 64
  /// What the writer is woken for: as much as an `Output` gathers before it writes.
  private static let enough = 64 << 10

  private let scope: Scope
  private let root: Place
  private let jobs: Int
  private let lock = Lock()
  private let top: Node
  /// What nobody has begun, the first in order at the end.
  private var pending: [Node]
  /// The node whose pieces are being written.
  private var wanted: Node
  private var unwritten = 0
  /// How many bytes of records are part of that.
  private var bytes = 0
  /// How many nodes are being visited.
  private var busy = 0
  private var isWriterWaiting = false
  private var isOver = false
  private var failure: Failure?

  init(_ scope: Scope, _ root: Place, _ jobs: Int) {
    self.scope = scope
    self.root = root
    self.jobs = jobs
    top = Node(nil)
    pending = [top]
    wanted = top
  }

  func run(into section: Section) throws(Failure) {
    let threads = Thread.several(jobs) { [self] in work() }
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

  // The writer.

  private func write(_ node: Node, _ section: Section) throws(Failure) {
    while let next = next(of: node), !Interrupt.isRequested {
      for piece in next.pieces {
        switch piece {
        case .node(let below): try write(below, section)
        case .records(let buffer, let tally): try section.take(buffer.bytes, tally)
        }
      }
      if next.isLast { return }
    }
  }

  /// Waits for what comes next of a node; nil when it is done, or all is.
  private func next(of node: Node) -> (pieces: [Piece], isLast: Bool)? {
    lock.enter()
    defer { lock.leave() }
    if wanted !== node {
      wanted = node
      lock.wake()
    }
    if !canWrite {
      isWriterWaiting = true
      while isWriterWaiting { lock.wait() }
    }
    if failure != nil || node.pieces.isEmpty { return nil }
    defer { node.pieces = [] }
    let wasFull = unwritten >= Parade.mostUnwritten
    for piece in node.pieces { count(piece, -1) }
    if wasFull { lock.wake() }
    return (node.pieces, node.isDone)
  }

  /// Whether there is something to write next, or never will be.
  private var canWrite: Bool {
    !wanted.pieces.isEmpty || wanted.isDone || isBroken
  }

  private func count(_ piece: Piece, _ sign: Int) {
    unwritten += sign * piece.cost
    bytes += sign * (piece.bytes ?? 0)
  }

  /// Wakes the writer if it waits and there is enough for it, or nobody who will add to it: also
  /// those who have done too much wait for it. The lock is held.
  private func callWriter() {
    guard isWriterWaiting, canWrite else { return }
    let isIdle = busy == 0 || unwritten >= Parade.mostUnwritten
    guard isIdle || bytes >= Parade.enough || isBroken else { return }
    isWriterWaiting = false
    lock.wake()
  }

  private var isBroken: Bool { failure != nil || Interrupt.isRequested }

  // The threads.

  private func work() {
    let visit = Visit(scope)
    lock.enter()
    while !isOver {
      if pending.last === wanted || !pending.isEmpty && unwritten < Parade.mostUnwritten {
        carryOut(pending.removeLast(), visit, level: 0)
      } else {
        callWriter()
        lock.wait()
      }
    }
    lock.leave()
  }

  /// Visits a node. The lock is held before and after.
  private func carryOut(_ node: Node, _ visit: Visit, level: Int) {
    busy += 1
    lock.leave()
    var caught: Failure?
    do { try self.visit(node, visit, level) } catch { caught = error }
    lock.enter()
    busy -= 1
    failure = failure ?? caught
    node.isDone = true
    callWriter()
  }

  private func visit(_ node: Node, _ visit: Visit, _ level: Int) throws(Failure) {
    let filled = Buffer(capacity: 4_096)
    var found: [Node] = []
    var tally = Tally()
    var place: Place? = root
    if let arrival = node.arrival {
      place = try visit.open(arrival, Writer(filled), &tally)
      node.arrival = nil
    }
    if let place {
      try visit.list(place, level: level, Writer(filled), &tally) { (tally) throws(Failure) in
        if filled.count < Parade.pieceSize { return }
        hand(filled, &tally, of: node)
        insert(&found)
        keepPace(node, visit, level)
      } enter: { (arrival, tally) throws(Failure) in
        hand(filled, &tally, of: node)
        let child = Node(arrival)
        found.append(child)
        publish(.node(child), of: node)
        if found.count < Parade.batch { return }
        insert(&found)
        keepPace(node, visit, level)
      }
    }
    hand(filled, &tally, of: node)
    insert(&found)
  }

  /// Publishes what has been written so far as a piece of its own.
  private func hand(_ filled: Buffer, _ tally: inout Tally, of node: Node) {
    if filled.count == 0 { return }
    let piece = Buffer(capacity: filled.count)
    piece.append(filled.bytes)
    filled.clear()
    publish(.records(piece, tally), of: node)
    tally = Tally()
  }

  /// Leaves a piece for the writer.
  private func publish(_ piece: Piece, of node: Node) {
    lock.enter()
    node.pieces.append(piece)
    count(piece, 1)
    callWriter()
    lock.leave()
  }

  /// Lets nobody run far ahead of the writer; what the writer waits for is done in the meantime.
  private func keepPace(_ node: Node, _ visit: Visit, _ level: Int) {
    lock.enter()
    while unwritten > 2 * Parade.mostUnwritten, wanted !== node, !isOver {
      if pending.last === wanted {
        carryOut(pending.removeLast(), visit, level: level + 1)
      } else {
        lock.wait()
      }
    }
    lock.leave()
  }

  /// Offers folders found one after another in the same folder: nothing else sorts between them.
  private func insert(_ found: inout [Node]) {
    guard let first = found.first?.arrival?.path else { return }
    lock.enter()
    var low = 0
    var high = pending.count
    while low < high {
      let middle = (low + high) / 2
      if let other = pending[middle].arrival?.path, first.lexicographicallyPrecedes(other) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    pending.insert(contentsOf: found.reversed(), at: low)
    lock.wake()
    lock.leave()
    found = []
  }
}
