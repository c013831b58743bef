/// Text that is equal only to the same bytes: names that look alike are not one name.
struct Exact: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (one: Exact, other: Exact) -> Bool {
    one.text.utf8.elementsEqual(other.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

/// Which task of which queue.
struct Possession: Hashable {
  private let queue: Exact
  private let id: Exact

  init(queue: String, id: String) {
    self.queue = Exact(queue)
    self.id = Exact(id)
  }
}
