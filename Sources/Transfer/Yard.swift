internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// A few records that one thread carries in a row.
///
/// Most of the time they are of one folder: the kernel lets only one thread at a time add a name to
/// a folder, and the others spin meanwhile.
struct Piece: Sendable {
  let errand: Errand
  /// The folder of the last record, with its slash.
  private var folder: [UInt8] = []
  var lines: [UInt8] = []
  var count = 0
  /// The sum of the sizes: large files are not put together.
  var bytes = 0

  init(errand: Errand) { self.errand = errand }

  var isFull: Bool { count >= 128 || bytes >= 1 << 20 || lines.count >= 1 << 16 }

  /// Whether it is large enough to end before a record of another folder.
  func ends(before record: Record) -> Bool {
    count >= 16 && !Piece.folder(of: record).elementsEqual(folder)
  }

  private static func folder(of record: Record) -> Slice<UnsafeRawBufferPointer> {
    guard let path = record.path else { return UnsafeRawBufferPointer(start: nil, count: 0)[...] }
    return path.prefix(path.lastIndex(of: Path.slash).map { $0 + 1 } ?? 0)
  }

  mutating func add(_ record: Record) throws(Failure) {
    let folder = Piece.folder(of: record)
    if !folder.elementsEqual(self.folder) { self.folder = Array(folder) }
    lines += record.line
    lines += [UInt8(ascii: "}"), 10]
    count += 1
    bytes &+= try record.integer(.size) ?? 0
  }
}

/// Where threads take up their tools and leave their outcomes.
///
/// The stream belongs to the main thread, but while that waits for input, whoever has an outcome
/// writes it: nobody who reads it is kept waiting for more input to come.
///
/// `@unchecked Sendable`: everything here is touched under the lock only, the section by the main
/// thread or, between `leave` and `enter`, under the lock.
final class Yard: @unchecked Sendable {
  private let lock = Lock()
  private let section: Section
  private var idle: [Carrier] = []
  private let finished = Buffer(capacity: 16_384)
  private var tally = Tally()
  private var failure: Failure?
  private var isAway = false

  init(_ section: Section) {
    self.section = section
  }

  /// The main thread goes to wait for input.
  func leave() throws(Failure) {
    lock.enter()
    defer { lock.leave() }
    try collect()
    try section.output.flush()
    for carrier in idle { carrier.rest() }
    isAway = true
  }

  /// The main thread is back.
  func enter() throws(Failure) {
    lock.enter()
    defer { lock.leave() }
    isAway = false
    try collect()
    if let failure { throw failure }
  }

  /// Forgets what belongs to the errand before. Nothing must be under way.
  func clear() { idle = [] }

  private func collect() throws(Failure) {
    guard tally.records > 0 else { return }
    defer {
      finished.clear()
      tally = Tally()
    }
    try section.take(finished.bytes, tally)
  }

  /// Carries a piece, on whatever thread.
  func perform(_ piece: Piece) {
    lock.enter()
    let carrier = idle.popLast() ?? Carrier(piece.errand)
    let isStopped = failure != nil
    lock.leave()
    var caught: Failure?
    // One token a piece: its records are carried one after the other.
    let tokens = piece.errand.terms.tokens
    if !isStopped, tokens?.waitToEnter() ?? true {
      do throws(Failure) { try carry(piece, carrier) } catch { caught = error }
      tokens?.leave()
    }
    lock.enter()
    defer { lock.leave() }
    finished.append(carrier.out.bytes)
    tally.add(carrier.tally)
    carrier.out.clear()
    carrier.tally = Tally()
    idle.append(carrier)
    if isAway {
      carrier.rest()
      do throws(Failure) {
        try collect()
        try section.output.flush()
      } catch { caught = caught ?? error }
    }
    failure = failure ?? caught
  }

  /// Ends early when we are told to stop: items not begun are not begun any more.
  private func carry(_ piece: Piece, _ carrier: Carrier) throws(Failure) {
    var at = 0
    while let end = piece.lines[at...].firstIndex(of: 10), !Interrupt.isRequested {
      let carried = piece.lines.withUnsafeBytes { lines -> Result<Void, Failure> in
        let line = UnsafeRawBufferPointer(rebasing: lines[at..<end])
        do throws(Failure) {
          return .success(try carrier.carry(try carrier.parser.parse(line)))
        } catch {
          return .failure(error)
        }
      }
      try carried.get()
      at = end + 1
    }
  }
}
