internal import Glibc
internal import Values

/// Names with their values, in the canonical form and order of a signature.
///
/// All are written once, into one run of bytes that is used again for each request; sorting moves
/// three numbers a piece. It belongs to one thread at a time.
final class Pieces {
  /// A name from `start`, its value from `middle` to `end`.
  private struct Piece {
    var start: Int
    var middle: Int
    var end: Int
  }

  private let text = Buffer(capacity: 1_024)
  private var pieces: [Piece] = []

  func clear() {
    text.clear()
    pieces.removeAll(keepingCapacity: true)
  }

  /// Adds a parameter of a query.
  func addEncoded(_ name: String, _ value: String) {
    var (name, value) = (name, value)
    let start = text.count
    name.withUTF8 {
      Encoding.append(UnsafeRawBufferPointer($0), keepingSlashes: false, to: text)
    }
    let middle = text.count
    value.withUTF8 {
      Encoding.append(UnsafeRawBufferPointer($0), keepingSlashes: false, to: text)
    }
    pieces.append(Piece(start: start, middle: middle, end: text.count))
  }

  /// Adds a header in lower case and without needless blanks, unless it is one that may change on
  /// its way.
  func addHeader(_ name: String, _ value: String) {
    var (name, value) = (name, value)
    let start = text.count
    name.withUTF8 { name in
      for byte in name {
        let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        text.append(isCapital ? byte | 0x20 : byte)
      }
    }
    let middle = text.count
    guard !Fleeting.contains(UnsafeRawBufferPointer(rebasing: text.bytes[start..<middle])) else {
      text.count = start
      return
    }
    value.withUTF8 { appendTrimmed($0) }
    pieces.append(Piece(start: start, middle: middle, end: text.count))
  }

  private func appendTrimmed(_ value: UnsafeBufferPointer<UInt8>) {
    let out = text.reserve(value.count)
    var at = 0
    var isBlank = false
    for byte in value {
      if byte == 0x20 || byte >= 0x09 && byte <= 0x0D {
        isBlank = at > 0
        continue
      }
      if isBlank {
        out[at] = 0x20
        at += 1
        isBlank = false
      }
      out[at] = byte
      at += 1
    }
    text.count += at
  }

  /// Puts the pieces in byte order of names, then of values.
  func sort() {
    order { one, other in
      let order = compare(one.start..<one.middle, other.start..<other.middle)
      return order < 0 || order == 0 && compare(one.middle..<one.end, other.middle..<other.end) < 0
    }
  }

  /// Puts the pieces in byte order of names; those of one name keep the order in which they came.
  func sortByName() {
    order { compare($0.start..<$0.middle, $1.start..<$1.middle) < 0 }
  }

  /// By insertion: there are few, they are nearly in order, and equals must stay as they came.
  private func order(_ isBefore: (Piece, Piece) -> Bool) {
    guard pieces.count > 1 else { return }
    for place in 1..<pieces.count {
      let piece = pieces[place]
      var at = place
      while at > 0, isBefore(piece, pieces[at - 1]) {
        pieces[at] = pieces[at - 1]
        at -= 1
      }
      pieces[at] = piece
    }
  }

  private func compare(_ one: Range<Int>, _ other: Range<Int>) -> Int {
    let order = memcmp(
      text.base + one.lowerBound, text.base + other.lowerBound, min(one.count, other.count))
    return order != 0 ? Int(order) : one.count - other.count
  }

  private func append(_ range: Range<Int>, to out: Buffer) {
    out.append(UnsafeRawBufferPointer(rebasing: text.bytes[range]))
  }

  /// Appends `name=value&name=value`.
  func appendQuery(to out: Buffer) {
    for (place, piece) in pieces.enumerated() {
      if place > 0 { out.append(UInt8(ascii: "&")) }
      append(piece.start..<piece.middle, to: out)
      out.append(UInt8(ascii: "="))
      append(piece.middle..<piece.end, to: out)
    }
  }

  /// Appends a line for each header; what came several times has its values joined by commas.
  func appendHeaders(to out: Buffer) {
    for (place, piece) in pieces.enumerated() {
      if isRepeated(place) {
        out.count -= 1
        out.append(UInt8(ascii: ","))
      } else {
        append(piece.start..<piece.middle, to: out)
        out.append(UInt8(ascii: ":"))
      }
      append(piece.middle..<piece.end, to: out)
      out.append(UInt8(ascii: "\n"))
    }
  }

  /// Appends each name once, with semicolons between.
  func appendNames(to out: Buffer) {
    for (place, piece) in pieces.enumerated() where !isRepeated(place) {
      if place > 0 { out.append(UInt8(ascii: ";")) }
      append(piece.start..<piece.middle, to: out)
    }
  }

  private func isRepeated(_ place: Int) -> Bool {
    guard place > 0 else { return false }
    let (piece, last) = (pieces[place], pieces[place - 1])
    return compare(piece.start..<piece.middle, last.start..<last.middle) == 0
  }
}
