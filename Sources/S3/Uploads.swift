package import Core
internal import Markup
package import Objects
package import Values

/// A part of an upload that a store has.
package struct Part: Equatable, Sendable {
  package var number: Int
  package var size: Int
  /// Without the quotes.
  package var etag: String
  package var modified: Timestamp?
}

/// An upload that was begun and neither completed nor given up.
package struct Upload: Equatable, Sendable {
  package var key: [UInt8]
  package var id: String
  package var initiated: Timestamp?
}

extension Replies {
  /// A page of the parts of an upload.
  package struct PartsPage: Equatable, Sendable {
    package var parts: [Part]
    /// After which part the next page begins; nil on the last page.
    package var next: Int?
  }

  /// A page of the uploads of a bucket.
  package struct UploadsPage: Equatable, Sendable {
    package var uploads: [Upload]
    /// After which upload the next page begins; nil on the last page.
    package var next: Upload?
  }

  package static func parts(_ body: [UInt8]) throws(Failure) -> Reply<PartsPage> {
    try read(body, "ListPartsResult") { outline throws(Failure) in
      var parts: [Part] = []
      for child in outline.all("Part") { parts.append(try part(child)) }
      guard try isTruncated(outline) else { return PartsPage(parts: parts) }
      // The greatest number is right with every store; what some name as the marker is not.
      guard let last = parts.map(\.number).max() else { throw dead() }
      return PartsPage(parts: parts, next: last)
    }
  }

  private static func part(_ outline: Outline) throws(Failure) -> Part {
    guard let number = integer(outline, "PartNumber"), let size = integer(outline, "Size"),
      let etag = outline.string("ETag"), !etag.isEmpty
    else { throw flaw("a part has no PartNumber, Size or ETag") }
    return Part(
      number: number, size: size, etag: Texts.unquoted(etag),
      modified: outline.string("LastModified").flatMap { Timestamp(text: $0) })
  }

  package static func uploads(_ body: [UInt8]) throws(Failure) -> Reply<UploadsPage> {
    try read(body, "ListMultipartUploadsResult") { outline throws(Failure) in
      let isEncoded = outline.string("EncodingType") == "url"
      var uploads: [Upload] = []
      for child in outline.all("Upload") { uploads.append(try upload(child, isEncoded)) }
      guard try isTruncated(outline) else { return UploadsPage(uploads: uploads) }
      guard let last = uploads.last else { throw dead() }
      return UploadsPage(uploads: uploads, next: last)
    }
  }

  private static func upload(_ outline: Outline, _ isEncoded: Bool) throws(Failure) -> Upload {
    guard let text = outline.bytes("Key"), let key = isEncoded ? decoded(text) : text,
      !key.isEmpty, let id = outline.string("UploadId"), !id.isEmpty
    else { throw flaw("an upload has no Key or no UploadId") }
    return Upload(
      key: key, id: id,
      initiated: outline.string("Initiated").flatMap { Timestamp(text: $0) })
  }

  private static func isTruncated(_ outline: Outline) throws(Failure) -> Bool {
    switch outline.string("IsTruncated") {
    case "true": true
    case "false": false
    default: throw flaw("it does not say whether it is the last")
    }
  }

  private static func dead() -> Failure {
    flaw("it is not the last and does not say how to go on")
  }

  private static func integer(_ outline: Outline, _ name: String) -> Int? {
    outline.bytes(name)?.withUnsafeBytes { Texts.number($0) }
  }

  private static func decoded(_ text: [UInt8]) -> [UInt8]? {
    let out = Buffer(capacity: text.count)
    return text.withUnsafeBytes { out.append(decoding: $0) } ? Array(out.bytes) : nil
  }
}
