internal import Values

/// Notices that were read and not handled yet, and where in them the second halves of moves are.
///
/// What arrives while a notice is handled waits apart until `refill`, so that the names in notices
/// stay where they are.
final class Backlog {
  /// Where new notices are put.
  let arriving = Buffer()
  private let bytes = Buffer()
  /// What of `bytes` is handled, and what was thrown away before.
  private var at = 0
  private var past = 0
  /// Where the arrival of each move stands that is not handled yet.
  private var arrivals: [UInt32: Int] = [:]
  /// When it was read what ends where.
  private var times: [(end: Int, moment: Int64)] = []

  init() {}

  /// How far it is handled, and how far it was read, in bytes since the beginning.
  var handled: Int { past + at }
  var read: Int { past + bytes.count + arriving.count }

  /// Whether nothing more is waited for, as the end has come.
  var isLast = false

  /// Whether no more should be read before some of it is handled.
  var isFull: Bool { bytes.count - at + arriving.count >= Backlog.most }
  static let most = 4 << 20

  /// Takes over what has arrived until now.
  func refill(at now: Int64) {
    if at == bytes.count {
      past += at
      bytes.clear()
      at = 0
    } else if at > bytes.count / 2 {
      past += at
      bytes.removeFirst(at)
      at = 0
    }
    times.removeAll { $0.end <= handled }
    guard arriving.count > 0 else { return }
    var place = bytes.count
    bytes.append(arriving.bytes)
    arriving.clear()
    times.append((past + bytes.count, now))
    while let (notice, length) = Notice.read(bytes.bytes, at: place) {
      if notice.mask.contains(.movedTo) { arrivals[notice.cookie] = past + place }
      place += length
    }
  }

  /// The notice that is next; it is valid until the next refill.
  @inline(__always)
  func next() -> (Notice, length: Int)? { Notice.read(bytes.bytes, at: at) }

  @inline(__always)
  func pass(_ length: Int) { at += length }

  /// The other half of a move that begins with this cookie, if it has been read: it counts as
  /// handled from then on.
  func arrival(of cookie: UInt32) -> Notice? {
    guard let place = arrivals.removeValue(forKey: cookie) else { return nil }
    return Notice.read(bytes.bytes, at: place - past)?.0
  }

  /// Whether an arrival that is next was handled together with its departure.
  func isHandled(_ cookie: UInt32) -> Bool { arrivals.removeValue(forKey: cookie) == nil }

  /// How long to wait yet for what may belong to the notice that is next.
  func patience(at now: Int64) -> Int64 {
    guard !isLast, let first = times.first(where: { $0.end > handled }) else { return 0 }
    return max(first.moment + Backlog.wait - now, 0)
  }

  /// The kernel tells both halves of a move one right after the other, but somebody may read in
  /// between. If the second half comes later still, it is told as something new, which is as true.
  static let wait: Int64 = 20_000_000
}
