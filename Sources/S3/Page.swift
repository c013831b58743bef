package import Core
package import Markup
internal import Objects
internal import Values

/// Reads a page of a listing while it arrives and tells each object as soon as it is whole.
///
/// Whether names are in URL encoding is what the reply says. Most stores say it before the first
/// name; for those that say it at the end, or never, the request's wish is taken, and the page
/// fails if a name was told that the wish could have got wrong. Tokens are never decoded. Order is
/// the caller's to check. It belongs to one thread at a time.
package final class Page: XMLConsumer {
  package enum Version: Sendable { case v1, v2 }

  /// How a page ends.
  package struct Ending: Equatable, Sendable {
    package var isTruncated = false
    /// What brings the next page of version 2; always there if one is to come.
    package var token: [UInt8]?
    /// What brings the next page of version 1: the greatest name of this one.
    package var marker: [UInt8]?
    package var objects = 0
    package var folders = 0
  }

  private enum Tag: String, CaseIterable {
    case result = "ListBucketResult"
    case contents = "Contents"
    case key = "Key"
    case modified = "LastModified"
    case etag = "ETag"
    case size = "Size"
    case storageClass = "StorageClass"
    case checksumAlgorithm = "ChecksumAlgorithm"
    case checksumType = "ChecksumType"
    case commonPrefixes = "CommonPrefixes"
    case prefix = "Prefix"
    case isTruncated = "IsTruncated"
    case token = "NextContinuationToken"
    case marker = "NextMarker"
    case encoding = "EncodingType"
    case error = "Error"
    case code = "Code"
    case message = "Message"
  }

  private enum Section { case other, object, folder }

  private let version: Version
  private let asksEncoding: Bool
  private let each: (PageItem) throws(Failure) -> Void
  private let reader = XMLReader(Vocabulary(Tag.allCases.map(\.rawValue)))
  private let tags = Tag.allCases
  private var draft = ObjectDraft()
  private let name = Buffer()
  private let last = Buffer()
  private var section = Section.other
  private var isEncoded: Bool
  private var isSure = false
  private var isDoubtful = false
  /// The text that is being read, which holds no elements.
  private var leaf: Tag?
  private var error: (code: String, message: String)?
  private var isTruncated: Bool?
  private var ending = Ending()

  /// A page that is handed to `each` object by object; `asksEncoding` if the request does.
  package init(
    _ version: Version, asksEncoding: Bool, _ each: @escaping (PageItem) throws(Failure) -> Void
  ) {
    self.version = version
    self.asksEncoding = asksEncoding
    self.each = each
    isEncoded = asksEncoding
  }

  /// Forgets the page, to read another.
  package func reset() {
    reader.reset()
    draft.clear()
    last.clear()
    (section, leaf, error, isTruncated) = (.other, nil, nil, nil)
    (isEncoded, isSure, isDoubtful) = (asksEncoding, false, false)
    ending = Ending()
  }

  package func feed(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try reader.feed(bytes, to: self)
  }

  /// Ends the page, which fails unless all of it has come.
  package func finish() throws(Failure) -> Ending {
    try reader.finish(self)
    if let error {
      throw flaw(StoreError(code: error.code, message: error.message).words)
    }
    if isDoubtful, !isSure, asksEncoding {
      throw flaw("it does not say whether its names are in URL encoding, as was asked")
    }
    guard let isTruncated else { throw flaw("it does not say whether it is the last") }
    ending.isTruncated = isTruncated
    if version == .v1, last.count > 0 { ending.marker = Array(last.bytes) }
    if isTruncated, (version == .v1 ? ending.marker : ending.token) == nil {
      throw flaw("it is not the last and does not say how to go on")
    }
    return ending
  }

  private func flaw(_ reason: String) -> Failure {
    Failure(.unavailable, "page of a listing", reason)
  }
}

/// What the reader tells.
extension Page {
  package func start(_ element: Element) throws(Failure) {
    let tag = element.code == Vocabulary.unknown ? nil : tags[element.code]
    if leaf != nil { throw flaw("an element stands where a text belongs") }
    switch (element.depth, tag) {
    case (1, .result): return
    case (1, .error): error = ("", "")
    case (1, _):
      throw flaw("it is no listing but \(Path.visible(element.name.prefix(40)))")
    case (2, .contents):
      section = .object
      draft.clear()
    case (2, .commonPrefixes): section = .folder
    case (2, _):
      section = .other
      leaf = tag
    case (3, .some) where section != .other: leaf = tag
    default: return
    }
  }

  package func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {
    let tag = leaf
    leaf = nil
    switch (element.depth, section) {
    case (3, .object): if let tag { try field(tag, text) }
    case (3, .folder): if tag == .prefix { try folder(text) }
    case (2, .object): try object()
    case (2, .other): if let tag { try fact(tag, text) }
    default: return
    }
  }

  @inline(__always)
  private func field(_ tag: Tag, _ text: UnsafeRawBufferPointer) throws(Failure) {
    var isFine = true
    switch tag {
    case .key:
      if !isSure, text.mayBeEncoded { isDoubtful = true }
      isFine = draft.set(.key, text, isEncoded: isEncoded)
    case .size:
      draft.size = Texts.number(text)
      isFine = draft.size != nil
    case .modified:
      draft.modified = Timestamp(text)
      isFine = draft.modified != nil
    case .etag: isFine = draft.set(.etag, Texts.unquoted(text))
    case .storageClass: isFine = draft.set(.storageClass, text)
    case .checksumAlgorithm: isFine = draft.set(.checksumAlgorithm, text)
    case .checksumType: isFine = draft.set(.checksumType, text)
    default: return
    }
    guard isFine else {
      throw flaw("\(tag.rawValue) is \"\(Path.visible(text.prefix(100)))\"")
    }
  }

  private func object() throws(Failure) {
    section = .other
    guard let listed = draft.listed else { throw flaw("an object has no Key or no Size") }
    ending.objects += 1
    note(listed.key)
    try each(.object(listed))
  }

  private func folder(_ text: UnsafeRawBufferPointer) throws(Failure) {
    if !isSure, text.mayBeEncoded { isDoubtful = true }
    name.clear()
    if isEncoded {
      guard name.append(decoding: text) else {
        throw flaw("Prefix is \"\(Path.visible(text.prefix(100)))\"")
      }
    } else {
      name.append(text)
    }
    guard name.count > 0 else { throw flaw("a folder has no name") }
    ending.folders += 1
    note(name.bytes)
    try each(.folder(name.bytes))
  }

  /// Keeps the greatest name for the next page of version 1.
  private func note(_ name: UnsafeRawBufferPointer) {
    guard version == .v1, name.order(against: last.bytes) > 0 else { return }
    last.clear()
    last.append(name)
  }

  private func fact(_ tag: Tag, _ text: UnsafeRawBufferPointer) throws(Failure) {
    switch tag {
    case .isTruncated:
      isTruncated = text.elementsEqual("true".utf8)
      if isTruncated == false, !text.elementsEqual("false".utf8) {
        throw flaw("IsTruncated is \"\(Path.visible(text.prefix(100)))\"")
      }
    case .token where !text.isEmpty: ending.token = Array(text)
    case .marker where !text.isEmpty: ending.marker = Array(text)
    case .encoding where !text.isEmpty: try encoding(text)
    case .code: error?.code = String(decoding: text, as: UTF8.self)
    case .message: error?.message = String(decoding: text, as: UTF8.self)
    default: return
    }
  }

  private func encoding(_ text: UnsafeRawBufferPointer) throws(Failure) {
    guard text.elementsEqual("url".utf8) else {
      throw flaw("EncodingType is \"\(Path.visible(text.prefix(100)))\"")
    }
    if isDoubtful, !isEncoded {
      throw flaw("it says only after its names that they are in URL encoding")
    }
    (isEncoded, isSure) = (true, true)
  }
}
