internal import Core
internal import Records
internal import Values

/// What a login gave us: who holds it is the administrator until it ends.
///
/// Its end is written in it, and read here, for a server does not say that a token is old: it takes
/// whoever brings one for a guest, and answers what guests may see, which may be nothing at all.
struct Token: Equatable {
  let text: String
  /// Seconds since 1970.
  let end: Int64
  /// When it was given.
  let start: Int64

  init(_ text: String, at now: Int64) throws(Failure) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Token.flaw
    }
    guard let bytes = Token.decoded(parts[1]) else { throw Token.flaw }
    guard let end = try JSON(parsing: bytes)["exp"]?.integer else { throw Token.flaw }
    self.text = text
    self.end = Int64(end)
    start = now
  }

  /// Whether it is time for another: four fifths of its life are over.
  func isOld(at now: Int64) -> Bool { now < start || now - start >= (end - start) / 5 * 4 }

  private static let flaw = Failure(.data, "", "what the login brings is no token")

  /// The other base64, whose two last letters may stand in addresses, without what fills it up.
  private static func decoded(_ part: Substring.UTF8View.SubSequence) -> [UInt8]? {
    var bytes = part.map { byte in
      byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? Path.slash : byte
    }
    while bytes.count % 4 != 0 { bytes.append(UInt8(ascii: "=")) }
    return Base64.decode(bytes)
  }
}
