package import Core
internal import Glibc
package import Records
internal import Values

/// How far a transfer is, as it is drawn and as it is recorded.
///
/// A plan tells of its copies one by one, while others are already being made: until its end has
/// been read the totals are only the least that there is to do, and no end can be foretold.
package struct Advance: Equatable, Sendable {
  /// How many files were copied, or would be.
  package var entries = 0
  package var bytes = 0
  package var failed = 0
  package var vanished = 0
  package var totalEntries = 0
  package var totalBytes = 0
  /// Whether the totals are final.
  package var isCounted = false
  package var isComplete = false

  package init() {}

  /// Reads it back from a record.
  package init(_ record: Record) throws(Failure) {
    entries = try record.integer(.entries) ?? 0
    bytes = try record.integer(.bytes) ?? 0
    failed = try record.integer(.failed) ?? 0
    vanished = try record.integer(.vanished) ?? 0
    totalEntries = try record.integer(.totalEntries) ?? 0
    totalBytes = try record.integer(.totalBytes) ?? 0
    isCounted = try record.flag(.counted) ?? false
    isComplete = try record.flag(.complete) ?? false
  }

  func write(_ writer: Writer, tool: String) {
    writer.begin(.progress)
    writer.add(.tool, text: tool)
    writer.add(.entries, entries)
    writer.add(.bytes, bytes)
    writer.add(.failed, failed)
    writer.add(.vanished, vanished)
    writer.add(.totalEntries, totalEntries)
    writer.add(.totalBytes, totalBytes)
    writer.add(.counted, isCounted)
    writer.add(.complete, isComplete)
    writer.end()
  }

  /// Writes a record as the first line of a board, a file. A shorter line than before leaves the
  /// end of that behind it: only the first one counts. False if that cannot be done.
  @discardableResult
  package func post(on board: Int32, tool: String) -> Bool {
    let line = Buffer(capacity: 256)
    write(Writer(line), tool: tool)
    return pwrite(board, line.bytes.baseAddress, line.count, 0) >= 0
  }

  /// That of two transfers together.
  package func joined(with other: Advance) -> Advance {
    var sum = self
    sum.entries += other.entries
    sum.bytes += other.bytes
    sum.failed += other.failed
    sum.vanished += other.vanished
    sum.totalEntries += other.totalEntries
    sum.totalBytes += other.totalBytes
    sum.isCounted = isCounted && other.isCounted
    sum.isComplete = isComplete && other.isComplete
    return sum
  }

  /// How many files are dealt with, one way or another.
  private var done: Int { entries + failed + vanished }

  /// The line that a person sees, so many nanoseconds after the first file was taken on.
  package func line(after elapsed: Int64) -> String {
    let open = isCounted ? "" : "+"
    let rate = Int(Double(bytes) * 1e9 / Double(max(elapsed, 1)))
    var line = "\(done) of \(max(totalEntries, done))\(open) files, \(Size(bytes: bytes).text)"
    line += " of \(Size(bytes: max(totalBytes, bytes)).text)\(open), \(Size(bytes: rate).text)/s"
    if failed > 0 { line += ", \(failed) failed" }
    if let left = timeLeft(after: elapsed) { line += ", ETA \(left.text)" }
    return line
  }

  /// What one file costs besides its bytes, in bytes that could be copied meanwhile.
  private static let cost = 65_536.0

  /// How long the rest will take if it goes on as it went, in whole seconds.
  func timeLeft(after elapsed: Int64) -> Span? {
    guard isCounted, done > 0 || bytes > 0 else { return nil }
    let all = Double(totalBytes) + Double(totalEntries) * Advance.cost
    let past = Double(bytes) + Double(done) * Advance.cost
    guard past < all else { return nil }
    let seconds = (Double(elapsed) * (all / past - 1) / 1e9).rounded(.up)
    return Span(nanoseconds: Int64(min(seconds, 1e9)) * 1_000_000_000)
  }
}
