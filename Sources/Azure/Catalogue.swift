internal import Core
internal import HTTP
internal import Objects
internal import Store
internal import System
internal import Values

/// All that is below a prefix, in order, page by page: only a page tells how the next is asked for.
final class Catalogue {
  private let store: AzureStore
  private let wish: ListWish
  private let order: Arrangement
  private var page: BlobPage?
  private var marker: [UInt8] = []
  private var empty = 0

  /// As many as the service gives at once.
  private static let most = 5_000
  /// How many pages without anything may follow each other: it may well have looked at many blobs
  /// that are gone.
  private static let patience = 1_000

  init(
    _ store: AzureStore, _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) {
    self.store = store
    self.wish = wish
    order = Arrangement(store.location, each)
    if wish.isFlat { order.holdAll() }
    page = BlobPage { [unowned self] (item) throws(Failure) in try see(item) }
  }

  /// Lists all; what the listing breaks off with is thrown when all before it was told.
  func run() throws(Failure) {
    while try next() {}
    try order.flush()
  }

  /// Reads a page; false if it was the last.
  private func next() throws(Failure) -> Bool {
    var result: Result<Answer, Refusal>?
    store.client.send(ask) { result = $0 }
    try store.loop.run { result != nil }
    if Interrupt.isRequested { throw Failure(.later, "", "the run was stopped") }
    switch result {
    case .success(let answer): return try read(answer)
    case .failure(let refusal): throw refusal.failure
    case nil: throw Failure(.later, "", "the run was stopped")
    }
  }

  private var ask: Ask {
    var ask = Ask(.get, .list, nil)
    let start = String(decoding: store.prefix + wish.start.bytes, as: UTF8.self)
    // Metadata tell the times of files, and what only stands for a folder.
    ask.query = [
      ("restype", "container"), ("comp", "list"), ("include", "metadata"),
      ("maxresults", "\(Catalogue.most)"),
    ]
    if !start.isEmpty { ask.query.append(("prefix", start)) }
    if wish.isFlat { ask.query.append(("delimiter", "/")) }
    if !marker.isEmpty { ask.query.append(("marker", String(decoding: marker, as: UTF8.self))) }
    ask.sink = .memory(most: 64 << 20)
    return ask
  }

  private func read(_ answer: Answer) throws(Failure) -> Bool {
    guard let page else { return false }
    let next: [UInt8]?
    do throws(Failure) { next = try page.read(answer.body) } catch {
      throw store.client.hide(error)
    }
    empty = page.count == 0 ? empty + 1 : 0
    guard let next else { return false }
    guard next != marker, empty < Catalogue.patience else {
      throw Failure(.unavailable, "\(store.location)", "the store's listing goes in circles")
    }
    marker = next
    return true
  }

  private func see(_ item: BlobPage.Item) throws(Failure) {
    let count = store.prefix.count
    func below(_ name: UnsafeRawBufferPointer) throws(Failure) -> UnsafeRawBufferPointer {
      guard count == 0 || name.starts(with: store.prefix) else {
        let reason = "the store lists what was not asked for: \(Path(name))"
        throw Failure(.unavailable, "\(store.location)", reason)
      }
      return UnsafeRawBufferPointer(rebasing: name[count...])
    }
    switch item {
    case .folder(let name): try order.take(.folder(try below(name)))
    case .marker(let name): try order.enter(try below(name))
    case .blob(var view):
      view.path = try below(view.path)
      try order.take(.file(view))
    }
  }
}
