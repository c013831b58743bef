internal import Core
internal import Markup
internal import Store
internal import Values

/// One thing that an answer to PROPFIND tells of; the bytes live as long as the call.
struct Resource {
  enum Kind: Equatable {
    case file(size: Int)
    case folder
    /// The server does not say what it is, for this reason.
    case unknown(Failure)
  }

  var kind: Kind
  var stored: Timestamp?
  /// Without its quotes.
  var etag: UnsafeRawBufferPointer?
  var md5: UnsafeRawBufferPointer?
  var sha256: UnsafeRawBufferPointer?

  /// As a store tells of it; nil for what is no file.
  var object: Object? {
    guard case .file(let size) = kind else { return nil }
    var object = Object(size: size)
    object.stored = stored
    object.etag = etag.map { Array($0) }
    object.md5 = md5.map { String(decoding: $0, as: UTF8.self) }
    object.sha256 = sha256.map { String(decoding: $0, as: UTF8.self) }
    return object
  }
}

/// Reads an answer of status 207 while it arrives.
///
/// What it tells of each resource comes in groups, each with a status of its own. A property that
/// is not there has status 404; any other bad one says that the server does not know, or does not
/// tell, and makes the resource one of which nothing is known. Where properties stand decides what
/// they are, for a lock or an owner may hold an address too.
final class Multistatus: XMLConsumer {
  /// The properties that are asked for; more would cost a server more.
  static let question = Array(
    ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:propfind xmlns:D=\"DAV:\"><D:prop>"
      + "<D:resourcetype/><D:getcontentlength/><D:getlastmodified/><D:getetag/>"
      + "<O:checksums xmlns:O=\"http://owncloud.org/ns\"/></D:prop></D:propfind>").utf8)

  /// Nothing of an answer is kept, so it may be long: a folder of a million files is.
  static let longest = 4 << 30

  private enum Tag: String, CaseIterable {
    case multistatus, response, href, propstat, prop, status, resourcetype, collection
    case size = "getcontentlength"
    case modified = "getlastmodified"
    case etag = "getetag"
    case checksums, checksum
  }

  /// Properties as they were told.
  private struct Facts {
    var hasType = false
    var isFolder = false
    var size: Int?
    var hasSize = false
    var stored: Timestamp?
  }

  private let each: (UnsafeRawBufferPointer, Resource) throws(Failure) -> Void
  private let reader = XMLReader(
    Vocabulary(Tag.allCases.map(\.rawValue)), most: Multistatus.longest)
  private let tags = Tag.allCases
  private let href = Buffer(capacity: 1_024)
  /// Further addresses of the same resource, each ended by a byte that no address holds.
  private let more = Buffer(capacity: 64)
  private let etag = Buffer(capacity: 128)
  private let md5 = Buffer(capacity: 64)
  private let sha256 = Buffer(capacity: 64)
  private var facts = Facts()
  private var group = Facts()
  private var status: Int?
  private var whole: Int?
  private var refusal: Int?
  private var isInType = false

  /// Tells `each` the address of a resource, and what is known of it.
  init(_ each: @escaping (UnsafeRawBufferPointer, Resource) throws(Failure) -> Void) {
    self.each = each
  }

  func feed(_ bytes: UnsafeRawBufferPointer) throws(Failure) { try reader.feed(bytes, to: self) }

  /// Ends the answer, which fails unless all of it has come.
  func finish() throws(Failure) { try reader.finish(self) }

  // MARK: Elements

  func start(_ element: Element) throws(Failure) {
    let tag = tag(element)
    switch (element.depth, tag) {
    case (1, .multistatus): return
    case (1, _): throw Multistatus.flaw("it is none of WebDAV")
    case (2, .response): begin()
    case (3, .propstat): (group, status) = (Facts(), nil)
    case (5, .resourcetype):
      group.hasType = true
      isInType = true
    case (6, .collection) where isInType: group.isFolder = true
    default: return
    }
  }

  func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {
    switch (element.depth, tag(element)) {
    case (2, .response): try tell()
    case (3, .href): add(text)
    case (3, .status): whole = Multistatus.status(text)
    case (3, .propstat): try close()
    case (4, .status): status = Multistatus.status(text)
    case (5, .resourcetype): isInType = false
    case (5, .size):
      group.hasSize = true
      group.size = Multistatus.number(text)
    case (5, .modified):
      group.stored = Timestamp(httpDate: String(decoding: text, as: UTF8.self))
    case (5, .etag): take(text, into: etag)
    case (5, .checksums), (6, .checksum): digests(text)
    default: return
    }
  }

  private func tag(_ element: Element) -> Tag? {
    element.code == Vocabulary.unknown ? nil : tags[element.code]
  }

  private func begin() {
    for buffer in [href, more, etag, md5, sha256] { buffer.clear() }
    (facts, whole, refusal) = (Facts(), nil, nil)
  }

  private func add(_ text: UnsafeRawBufferPointer) {
    if href.count == 0 { return href.append(text) }
    more.append(text)
    more.append(0x0A)
  }

  /// A tag of a version, without its quotes.
  private func take(_ text: UnsafeRawBufferPointer, into buffer: Buffer) {
    let quote = UInt8(ascii: "\"")
    var rest = text[...]
    if rest.starts(with: "W/".utf8) {
      buffer.append("W/")
      rest = rest.dropFirst(2)
    }
    if rest.count >= 2, rest.first == quote, rest.last == quote {
      rest = rest.dropFirst().dropLast()
    }
    buffer.append(UnsafeRawBufferPointer(rebasing: rest))
  }

  /// Words like `MD5:` with digits behind.
  private func digests(_ text: UnsafeRawBufferPointer) {
    for word in text.split(whereSeparator: { $0 <= 0x20 }) {
      guard let colon = word.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let name = word[..<colon].map { $0 & 0xDF }
      let digits = word[(colon + 1)...]
      guard digits.allSatisfy({ Hex.value($0) != nil }) else { continue }
      let lowered = digits.map { $0 | 0x20 }
      if name.elementsEqual("MD5".utf8.map { $0 & 0xDF }), digits.count == 32, md5.count == 0 {
        md5.append(lowered)
      } else if name.elementsEqual("SHA256".utf8.map { $0 & 0xDF }), digits.count == 64,
        sha256.count == 0
      {
        sha256.append(lowered)
      }
    }
  }

  /// Ends a group of properties, which count if its status is good.
  private func close() throws(Failure) {
    guard let status else { throw Multistatus.flaw("properties have no status") }
    switch status {
    case 200...299:
      if group.hasType { (facts.hasType, facts.isFolder) = (true, group.isFolder) }
      if group.hasSize { (facts.hasSize, facts.size) = (true, group.size) }
      facts.stored = group.stored ?? facts.stored
    case 404: break
    default: if group.hasType || group.hasSize { refusal = status }
    }
  }

  // MARK: Resources

  private func tell() throws(Failure) {
    guard href.count > 0 else { throw Multistatus.flaw("a resource has no address") }
    var resource = Resource(kind: kind)
    if case .unknown = resource.kind {
    } else {
      resource.stored = facts.stored
      if etag.count > 0 { resource.etag = etag.bytes }
      if md5.count > 0 { resource.md5 = md5.bytes }
      if sha256.count > 0 { resource.sha256 = sha256.bytes }
    }
    try each(href.bytes, resource)
    for other in more.bytes.split(separator: 0x0A) {
      try each(UnsafeRawBufferPointer(rebasing: other), resource)
    }
  }

  private var kind: Resource.Kind {
    if let whole, !(200...299).contains(whole) || whole == 208 { return .unknown(Fault.inside(whole)) }
    if let refusal { return .unknown(Fault.inside(refusal)) }
    if facts.isFolder { return .folder }
    if let size = facts.size { return .file(size: size) }
    // Names of folders end in a slash where a server tells no types.
    if !facts.hasType, !facts.hasSize, whole == nil, href.bytes.last == Path.slash { return .folder }
    let what = facts.hasSize ? "a size that is no number" : "no size"
    return .unknown(Failure(.unavailable, "", "the server tells \(what)"))
  }

  private static func number(_ text: UnsafeRawBufferPointer) -> Int? {
    let digits = text.drop { $0 <= 0x20 }.prefix { $0 > 0x20 }
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  /// The number in `HTTP/1.1 200 OK`; zero if there is none.
  private static func status(_ text: UnsafeRawBufferPointer) -> Int {
    let words = text.split { $0 <= 0x20 }
    guard words.count >= 2, words[1].count == 3 else { return 0 }
    return number(UnsafeRawBufferPointer(rebasing: words[1])) ?? 0
  }

  private static func flaw(_ reason: String) -> Failure {
    Failure(.unavailable, "", "the answer cannot be read: \(reason)")
  }
}
