internal import Core
internal import HTTP
internal import Objects
internal import Store
internal import Values

/// A stretch of a listing that is read page by page, independently of the others.
final class Stretch {
  /// The last key that was seen; the next page begins behind it.
  private(set) var last: [UInt8]
  /// The first key that is another stretch's; nil for the end of the listing.
  private(set) var end: [UInt8]?
  private(set) var pages = 0
  private(set) var isDone = false
  private(set) var failure: Failure?
  private let store: S3Store
  private let isFlat: Bool
  private let most: Int
  private var token: [UInt8]?
  private var isAsking = false
  private var isCut = false
  private let page: Page
  private var take: (Listed) throws(Failure) -> Void = { _ in }
  private var count = 0
  /// What a page of a flat listing holds: it has the objects in one row and the folders in another.
  private var mixed: [Flat] = []

  /// Begins behind a key; empty for the beginning.
  init(
    _ store: S3Store, after key: [UInt8], until end: [UInt8]?, isFlat: Bool, most: Int = 1_000
  ) {
    self.store = store
    self.end = end
    self.isFlat = isFlat
    self.most = most
    last = key
    let provider = store.provider
    let prefix = store.prefix
    final class Target { weak var stretch: Stretch? }
    let target = Target()
    page = Page(provider.listVersion, asksEncoding: provider.encodesNames) {
      (item) throws(Failure) in
      try target.stretch?.see(item, prefix)
    }
    target.stretch = self
  }

  /// Leaves what begins at a key to another stretch.
  func shorten(to key: [UInt8]) { end = key }

  /// Asks for the next page, unless that is under way. What is on it goes to `take`; `then` is
  /// called when it is read.
  func advance(
    _ take: @escaping (Listed) throws(Failure) -> Void, _ then: @escaping () -> Void
  ) {
    guard !isAsking, !isDone else { return }
    isAsking = true
    store.client.send(ask()) { [self] result in
      isAsking = false
      switch result {
      case .success(let answer):
        self.take = take
        do throws(Failure) { try read(answer) } catch {
          failure = store.client.hide(error)
          isDone = true
        }
        self.take = { _ in }
      case .failure(let refusal):
        failure = refusal.failure
        isDone = true
      }
      then()
    }
  }

  private func ask() -> Ask {
    var ask = Ask(.get, .list, nil)
    let provider = store.provider
    if provider.listVersion == .v2 { ask.query.append(("list-type", "2")) }
    ask.query.append(("prefix", String(decoding: store.prefix, as: UTF8.self)))
    ask.query.append(("max-keys", "\(most)"))
    if provider.encodesNames { ask.query.append(("encoding-type", "url")) }
    if isFlat { ask.query.append(("delimiter", "/")) }
    if let token, provider.listVersion == .v2 {
      ask.query.append(("continuation-token", String(decoding: token, as: UTF8.self)))
    } else if !last.isEmpty {
      let name = provider.listVersion == .v2 ? "start-after" : "marker"
      ask.query.append((name, String(decoding: last, as: UTF8.self)))
    }
    ask.sink = .memory(most: 32 << 20)
    return ask
  }

  private func read(_ answer: Answer) throws(Failure) {
    pages += 1
    page.reset()
    count = 0
    let before = last
    try answer.body.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try page.feed(UnsafeRawBufferPointer(bytes))
    }
    let ending = try page.finish()
    try tellMixed()
    isDone = !ending.isTruncated || isCut
    if isDone { return }
    if let next = ending.token {
      guard next != token else { throw circle }
      token = next
    }
    if let marker = ending.marker, marker.lexicographicallyPrecedes(last) == false { last = marker }
    // A page that does not bring the listing forward would come again and again.
    guard before.lexicographicallyPrecedes(last) else { throw circle }
  }

  private var circle: Failure {
    Failure(.unavailable, "\(store.location)", "the store's listing goes in circles")
  }

  private func see(_ item: PageItem, _ prefix: [UInt8]) throws(Failure) {
    if isCut { return }
    func below(_ name: UnsafeRawBufferPointer) throws(Failure) -> UnsafeRawBufferPointer {
      guard prefix.isEmpty || name.starts(with: prefix) else {
        let reason = "the store lists what was not asked for: \(Path(name))"
        throw Failure(.unavailable, "\(store.location)", reason)
      }
      return UnsafeRawBufferPointer(rebasing: name[prefix.count...])
    }
    switch item {
    case .folder(let name):
      guard isBefore(end: name) else { return }
      note(name)
      mixed.append(Flat(path: Array(try below(name))))
    case .object(let object):
      guard isBefore(end: object.key) else { return }
      let order = last.withUnsafeBytes { object.key.order(against: $0) }
      guard order > 0 || isFlat || last.isEmpty else {
        throw Failure(
          .unavailable, "\(store.location)",
          "the store's listing is not in byte order at \(Path(object.key))")
      }
      note(object.key)
      var view = Listed.View(path: try below(object.key), size: object.size)
      view.stored = object.modified
      if !object.etag.isEmpty { view.etag = object.etag }
      if !object.storageClass.isEmpty { view.storageClass = object.storageClass }
      if isFlat { mixed.append(Flat(view)) } else { try take(.file(view)) }
    }
  }

  private func tellMixed() throws(Failure) {
    mixed.sort { $0.path.lexicographicallyPrecedes($1.path) }
    defer { mixed.removeAll(keepingCapacity: true) }
    for item in mixed { try item.tell(take) }
  }

  private func isBefore(end key: UnsafeRawBufferPointer) -> Bool {
    guard let end else { return true }
    if end.withUnsafeBytes({ key.order(against: $0) }) < 0 { return true }
    isCut = true
    return false
  }

  private func note(_ key: UnsafeRawBufferPointer) {
    if isFlat, last.withUnsafeBytes({ key.order(against: $0) }) <= 0 { return }
    last.removeAll(keepingCapacity: true)
    last.append(contentsOf: key)
  }
}

/// One thing of a flat listing, kept until its page was read to the end.
private struct Flat {
  let path: [UInt8]
  private var isFile = false
  private var size = 0
  private var stored: Timestamp?
  private var etag: [UInt8]?
  private var storageClass: [UInt8]?

  /// A folder.
  init(path: [UInt8]) { self.path = path }

  init(_ view: Listed.View) {
    path = Array(view.path)
    isFile = true
    size = view.size
    stored = view.stored
    etag = view.etag.map { Array($0) }
    storageClass = view.storageClass.map { Array($0) }
  }

  func tell(_ take: (Listed) throws(Failure) -> Void) throws(Failure) {
    try path.withUnsafeBufferPointer { (path) throws(Failure) in
      guard isFile else { return try take(.folder(UnsafeRawBufferPointer(path))) }
      var view = Listed.View(path: UnsafeRawBufferPointer(path), size: size)
      view.stored = stored
      try (etag ?? []).withUnsafeBufferPointer { (tag) throws(Failure) in
        if etag != nil { view.etag = UnsafeRawBufferPointer(tag) }
        try (storageClass ?? []).withUnsafeBufferPointer { (kind) throws(Failure) in
          if storageClass != nil { view.storageClass = UnsafeRawBufferPointer(kind) }
          try take(.file(view))
        }
      }
    }
  }
}
