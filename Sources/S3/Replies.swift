package import Core
internal import Markup
package import Objects
package import Values

/// Readers of the replies that come once for a request; pages of listings are read by `Page`.
///
/// Each fails unless the reply is whole and what it should be: a status of 200 promises nothing,
/// for a store that works long on a request sends it before it knows the end.
package enum Replies {
  /// What an object or a part is called after it was written, copied or put together.
  package struct Written: Equatable, Sendable {
    package var etag: String
    package var modified: Timestamp?
    /// By the name in the header, as in `crc64nvme`; base64.
    package var checksums: [String: String]
  }

  package static func upload(_ body: [UInt8]) throws(Failure) -> Reply<String> {
    try read(body, "InitiateMultipartUploadResult") { outline throws(Failure) in
      guard let id = outline.string("UploadId"), !id.isEmpty else {
        throw Replies.flaw("it names no upload")
      }
      return id
    }
  }

  package static func completion(_ body: [UInt8]) throws(Failure) -> Reply<Written> {
    // Ceph's gateway leaves the ETag empty here.
    try read(body, "CompleteMultipartUploadResult") { (outline) throws(Failure) in
      try written(outline, mayBeBare: true)
    }
  }

  package static func copy(_ body: [UInt8]) throws(Failure) -> Reply<Written> {
    try read(body, "CopyObjectResult") { (outline) throws(Failure) in
      try written(outline)
    }
  }

  package static func partCopy(_ body: [UInt8]) throws(Failure) -> Reply<Written> {
    try read(body, "CopyPartResult") { (outline) throws(Failure) in try written(outline) }
  }

  /// The objects that a multi-object delete did not remove; all others are gone.
  package static func deletion(_ body: [UInt8]) throws(Failure) -> Reply<[StoreError]> {
    try read(body, "DeleteResult") { outline throws(Failure) in
      var errors: [StoreError] = []
      for child in outline.all("Error") {
        let error = StoreError(child)
        guard let key = error.key, !key.isEmpty else { throw Replies.flaw("an error has no key") }
        errors.append(error)
      }
      return errors
    }
  }

  private static func written(
    _ outline: Outline, mayBeBare: Bool = false
  ) throws(Failure) -> Written {
    guard let etag = outline.string("ETag"), mayBeBare || !etag.isEmpty else {
      throw flaw("it has no ETag")
    }
    let start = "Checksum"
    var checksums: [String: String] = [:]
    for child in outline.children where child.name.hasPrefix(start) && child.name != "ChecksumType"
    {
      checksums[child.name.dropFirst(start.count).lowercased()] =
        String(decoding: child.text, as: UTF8.self)
    }
    return Written(
      etag: Texts.unquoted(etag),
      modified: outline.string("LastModified").flatMap { Timestamp(text: $0) },
      checksums: checksums)
  }

  static func read<Content>(
    _ body: [UInt8], _ name: String, _ content: (Outline) throws(Failure) -> Content
  ) throws(Failure) -> Reply<Content> {
    let outline = try Outline(body)
    if outline.name == "Error" { return .error(StoreError(outline)) }
    guard outline.name == name else {
      throw flaw("it is no \(name) but \(Path.visible(outline.name.utf8.prefix(40)))")
    }
    return .content(try content(outline))
  }

  static func flaw(_ reason: String) -> Failure {
    Failure(.unavailable, "reply", reason)
  }
}
