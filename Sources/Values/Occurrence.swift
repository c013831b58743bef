extension StringProtocol {
  /// Whether a text occurs in this one, byte for byte.
  ///
  /// Why not `contains`: that of texts brings all of regular expressions along, more than a
  /// megabyte in each program.
  package func holds(_ text: String) -> Bool {
    let bytes = Array(utf8)
    let wanted = Array(text.utf8)
    guard wanted.count <= bytes.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
  }
}
