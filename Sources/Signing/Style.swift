internal import Values

/// What a kind of service expects of signatures beyond the standard.
package struct Style: Sendable {
  /// Whether it resolves `.`, `..` and `//` in the path, and percent-encodes it once more, before
  /// it checks the signature.
  let resolvesPath: Bool
  /// Whether it wants to be told in a header which digest of the body was signed.
  let tellsDigest: Bool

  /// S3 takes the path as it was sent: its keys may hold anything.
  package static let store = Style(resolvesPath: false, tellsDigest: true)
  /// All others.
  package static let other = Style(resolvesPath: true, tellsDigest: false)

  /// A path without `.`, `..` and empty parts; a slash at its end stays.
  static func resolved(_ path: String) -> [UInt8] {
    var parts: [Substring.UTF8View] = []
    for part in path.utf8.split(separator: Path.slash) {
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
      } else if !part.elementsEqual(".".utf8) {
        parts.append(part)
      }
    }
    let resolved = [Path.slash] + parts.joined(separator: [Path.slash])
    return path.utf8.last == Path.slash && !parts.isEmpty ? resolved + [Path.slash] : resolved
  }
}
