// Why not `contains` and `firstRange`: those of texts bring all of regular expressions along, two
// megabytes in each program.

extension StringProtocol {
  /// Whether a text occurs in this one, byte for byte.
  package func holds(_ text: String) -> Bool { place(of: text) != nil }

  /// Where a text first occurs in this one, byte for byte.
  package func place(of text: String) -> Range<Index>? {
    let bytes = Array(utf8)
    let wanted = Array(text.utf8)
    guard wanted.count <= bytes.count else { return nil }
    let start = (0...(bytes.count - wanted.count)).first { bytes[$0...].starts(with: wanted) }
    guard let start else { return nil }
    let lower = utf8.index(startIndex, offsetBy: start)
    return lower..<utf8.index(lower, offsetBy: wanted.count)
  }
}
