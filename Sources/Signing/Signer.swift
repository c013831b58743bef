package import Core
internal import Digests
package import Values

/// Signature Version 4: says that a request was made by who holds the keys, and has not been
/// changed since.
///
/// The text that is signed is built in memory that is used again, and the key of the day is kept,
/// so that signing costs little more than the digest of a few hundred bytes. It knows no clock: the
/// caller, who has learnt how far the store's clock is off, gives the moment. It belongs to one
/// thread at a time.
package final class Signer {
  package let keys: Keys
  package let scope: Scope
  let style: Style
  let session: String?
  private var dayKey: DayKey?
  private let digest: Digest
  private let text = Buffer(capacity: 2_048)
  let pieces = Pieces()

  package init(_ keys: Keys, _ scope: Scope, style: Style = .store) throws(Failure) {
    self.keys = keys
    self.scope = scope
    self.style = style
    session = keys.session.map { $0.reveal { String(decoding: $0, as: UTF8.self) } }
    digest = try Digest(.sha256)
  }

  /// The headers that the request must have besides its own.
  package func sign(
    _ request: Request, _ payload: Payload, at moment: Timestamp
  ) throws(Failure) -> [(name: String, value: String)] {
    let key = try key(at: moment)
    let stamp = Stamp(moment).text
    let body = payload.text
    var added = [(name: "x-amz-date", value: stamp)]
    if style.tellsDigest { added.append((name: "x-amz-content-sha256", value: body)) }
    if let session { added.append((name: "x-amz-security-token", value: session)) }
    beginText(request)
    Encoding.append(request.query, by: pieces, to: text)
    arrangeHeaders(request, added)
    finishText(body)
    let signature = try signature(key, stamp)
    added.append((name: "authorization", value: authorization(key, signature)))
    return added
  }

  /// The query with which anyone may send the request until it expires.
  ///
  /// The headers of the request must then be sent as they are here, and the result be kept as the
  /// keys are: whoever has it can use it.
  package func presign(
    _ request: Request, _ payload: Payload = .unsigned, expires: Span, at moment: Timestamp
  ) throws(Failure) -> String {
    let seconds = expires.nanoseconds / 1_000_000_000
    guard (1...604_800).contains(seconds) else {
      throw Failure(.usage, expires.text, "a presigned URL can be good for 1s to 168h")
    }
    let key = try key(at: moment)
    let stamp = Stamp(moment).text
    arrangeHeaders(request, [])
    text.clear()
    pieces.appendNames(to: text)
    var query = request.query
    query.append((name: "X-Amz-Algorithm", value: Signer.algorithm))
    query.append((name: "X-Amz-Credential", value: "\(keys.access)/\(key.scope)"))
    query.append((name: "X-Amz-Date", value: stamp))
    query.append((name: "X-Amz-Expires", value: "\(seconds)"))
    query.append(
      (name: "X-Amz-SignedHeaders", value: String(decoding: text.bytes, as: UTF8.self)))
    if let session { query.append((name: "X-Amz-Security-Token", value: session)) }
    let sent = Encoding.query(query)
    beginText(request)
    text.append(text: sent)
    arrangeHeaders(request, [])
    finishText(payload.text)
    return try "\(sent)&X-Amz-Signature=\(Hex.text(signature(key, stamp)))"
  }

  private static let algorithm = "AWS4-HMAC-SHA256"

  private func key(at moment: Timestamp) throws(Failure) -> DayKey {
    let day = DayKey.day(of: moment)
    if let dayKey, dayKey.day == day { return dayKey }
    let fresh = try DayKey(keys, scope, on: day)
    dayKey = fresh
    return fresh
  }

  /// Begins the canonical request: the method and the path.
  private func beginText(_ request: Request) {
    text.clear()
    text.append(text: request.method)
    text.append(UInt8(ascii: "\n"))
    if style.resolvesPath {
      text.append(text: Encoding.path(Path(Style.resolved(request.path))))
    } else {
      text.append(text: request.path.isEmpty ? "/" : request.path)
    }
    text.append(UInt8(ascii: "\n"))
  }

  private func arrangeHeaders(_ request: Request, _ added: [(name: String, value: String)]) {
    pieces.clear()
    pieces.addHeader("host", request.host)
    for header in request.headers { pieces.addHeader(header.name, header.value) }
    for header in added { pieces.addHeader(header.name, header.value) }
    pieces.sortByName()
  }

  /// Ends the canonical request, whose query has been written and whose headers are arranged.
  private func finishText(_ payload: String) {
    text.append(UInt8(ascii: "\n"))
    pieces.appendHeaders(to: text)
    text.append(UInt8(ascii: "\n"))
    pieces.appendNames(to: text)
    text.append(UInt8(ascii: "\n"))
    text.append(text: payload)
  }

  /// Replaces the canonical request by the text that is signed, and signs it.
  private func signature(_ key: DayKey, _ stamp: String) throws(Failure) -> [UInt8] {
    try digest.update(text.bytes)
    let hash = try digest.finish()
    text.clear()
    text.append(text: Signer.algorithm)
    text.append(UInt8(ascii: "\n"))
    text.append(text: stamp)
    text.append(UInt8(ascii: "\n"))
    text.append(text: key.scope)
    text.append(UInt8(ascii: "\n"))
    text.append(hex: hash)
    return try key.mac.code(text.bytes)
  }

  private func authorization(_ key: DayKey, _ signature: [UInt8]) -> String {
    text.clear()
    text.append(text: Signer.algorithm)
    text.append(" Credential=")
    text.append(text: keys.access)
    text.append(Path.slash)
    text.append(text: key.scope)
    text.append(", SignedHeaders=")
    pieces.appendNames(to: text)
    text.append(", Signature=")
    text.append(hex: signature)
    return String(decoding: text.bytes, as: UTF8.self)
  }
}
