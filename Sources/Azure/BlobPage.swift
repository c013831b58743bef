package import Core
package import Markup
internal import Objects
package import Store
internal import Values

/// Reads a page of a listing and tells each blob as soon as it is whole. Order is the caller's to
/// check. It belongs to one thread at a time.
package final class BlobPage: XMLConsumer {
  package enum Item {
    /// A blob; the path of the view is the whole name.
    case blob(Listed.View)
    /// What a delimiter has gathered: the common start of names, with its closing delimiter.
    case folder(UnsafeRawBufferPointer)
    /// What stands for a folder where the service has real ones.
    case marker(UnsafeRawBufferPointer)
  }

  private enum Tag: String, CaseIterable {
    case results = "EnumerationResults"
    case blobs = "Blobs"
    case blob = "Blob"
    case folder = "BlobPrefix"
    case name = "Name"
    case properties = "Properties"
    case metadata = "Metadata"
    case modified = "Last-Modified"
    case etag = "Etag"
    case size = "Content-Length"
    case md5 = "Content-MD5"
    case tier = "AccessTier"
    case kind = "ResourceType"
    case time = "mtime"
    /// As those write it whose headers all begin with large letters.
    case largeTime = "Mtime"
    case isFolder = "hdi_isfolder"
    case marker = "NextMarker"
  }

  /// What a blob has besides, which is of no interest: names that are known are read faster.
  private static let others = [
    "Creation-Time", "Content-Type", "Content-Encoding", "Content-Language", "Content-CRC64",
    "Cache-Control", "Content-Disposition", "BlobType", "AccessTierInferred", "LeaseStatus",
    "LeaseState", "ServerEncrypted", "OrMetadata",
  ]

  private let each: (Item) throws(Failure) -> Void
  private let reader: XMLReader
  private let tags = Tag.allCases
  private var section: Tag?
  private var isEncoded = false
  private var isFolder = false
  private var size: Int?
  private var view = Listed.View(path: UnsafeRawBufferPointer(start: nil, count: 0), size: 0)
  private let name = Buffer()
  private let etag = Buffer()
  private let tier = Buffer()
  private let md5 = Buffer()
  private let digest = UnsafeMutablePointer<UInt8>.allocate(capacity: 24)
  /// The time that was read last, and how it was written.
  private var stored: Timestamp?
  private let date = Buffer(capacity: 64)
  private var marker: [UInt8]?
  package private(set) var count = 0

  /// A page that is handed to `each` blob by blob; by the parser's word alone unless it may be
  /// plain.
  package init(mayBePlain: Bool = true, _ each: @escaping (Item) throws(Failure) -> Void) {
    self.each = each
    reader = XMLReader(
      Vocabulary(Tag.allCases.map(\.rawValue) + BlobPage.others), mayBePlain: mayBePlain,
      repeating: .init(depth: 3, asked: Tag.allCases.count))
  }

  deinit { digest.deallocate() }

  /// Reads a whole page; what brings the next one, or nil if this is the last.
  package func read(_ body: [UInt8]) throws(Failure) -> [UInt8]? {
    reader.reset()
    (section, marker, count) = (nil, nil, 0)
    try body.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try reader.feed(Texts.unmarked(UnsafeRawBufferPointer(bytes)), to: self)
    }
    try reader.finish(self)
    guard let marker else { throw flaw("it does not say whether it is the last") }
    return marker.isEmpty ? nil : marker
  }

  private func flaw(_ reason: String) -> Failure {
    Failure(.unavailable, "page of a listing", reason)
  }

  package func start(_ element: Element) throws(Failure) {
    let tag = tags.indices.contains(element.code) ? tags[element.code] : nil
    switch element.depth {
    case 1:
      if tag != .results {
        throw flaw("it is no listing but \(Path.visible(element.name.prefix(40)))")
      }
    case 3: clear()
    case 4:
      section = tag
      if tag == .name { isEncoded = element.isEncoded }
    case 5 where section == .name: throw flaw("an element stands where a text belongs")
    default: return
    }
  }

  private func clear() {
    for buffer in [name, etag, tier, md5] { buffer.clear() }
    (isFolder, size) = (false, nil)
    (view.mtime, view.stored) = (nil, nil)
  }

  package func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {
    guard tags.indices.contains(element.code) else { return }
    switch (element.depth, tags[element.code]) {
    case (5, let tag) where section == .properties: try property(tag, text)
    case (5, .time) where section == .metadata, (5, .largeTime) where section == .metadata:
      view.mtime = FileTime.time(text)
    case (5, .isFolder) where section == .metadata: isFolder = text.elementsEqual("true".utf8)
    case (4, .name): try named(text)
    case (3, .blob): try blob()
    case (3, .folder):
      guard name.count > 0 else { throw flaw("a folder has no name") }
      count += 1
      try each(.folder(name.bytes))
    case (2, .marker): marker = Array(text)
    default: return
    }
  }

  private func named(_ text: UnsafeRawBufferPointer) throws(Failure) {
    guard isEncoded else { return name.append(text) }
    guard let plain = WebPlace.decoded(text) else {
      throw flaw("Name is \"\(Path.visible(text.prefix(100)))\"")
    }
    // XML has no such character, but this can.
    if plain.contains(0) { throw flaw("a name holds a NUL") }
    name.append(plain)
  }

  private func property(_ tag: Tag, _ text: UnsafeRawBufferPointer) throws(Failure) {
    switch tag {
    case .size: size = Texts.number(text)
    case .modified: view.stored = try moment(text)
    case .etag: etag.append(Texts.unquoted(text))
    case .tier: tier.append(text)
    case .md5:
      if text.count == 24, Base64.decode(text, to: digest) == 16 {
        Hex.write(digest, count: 16, to: md5.reserve(32))
        md5.count += 32
      }
    case .kind: isFolder = isFolder || text.elementsEqual("directory".utf8)
    default: return
    }
  }

  /// Many a blob has the time of the one before.
  private func moment(_ text: UnsafeRawBufferPointer) throws(Failure) -> Timestamp {
    if let stored, date.bytes.order(against: text) == 0 { return stored }
    guard let moment = Timestamp(httpDate: text) else {
      throw flaw("Last-Modified is \"\(Path.visible(text.prefix(100)))\"")
    }
    date.clear()
    date.append(text)
    stored = moment
    return moment
  }

  private func blob() throws(Failure) {
    guard name.count > 0, let size else { throw flaw("a blob has no Name or no Content-Length") }
    count += 1
    if isFolder { return try each(.marker(name.bytes)) }
    view.path = name.bytes
    view.size = size
    view.etag = etag.count > 0 ? etag.bytes : nil
    view.storageClass = tier.count > 0 ? tier.bytes : nil
    view.md5 = md5.count > 0 ? md5.bytes : nil
    try each(.blob(view))
  }
}
