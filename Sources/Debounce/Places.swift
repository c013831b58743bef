package import Values

/// Where a record lies: the parts of its path, and whether it means a whole subtree.
package struct Place: Hashable, Sendable {
  /// A name in a path, hashed and compared as a whole: byte by byte, a fifth of all time would go.
  struct Part: Hashable, Sendable {
    let bytes: ArraySlice<UInt8>

    static func == (one: Part, other: Part) -> Bool {
      one.bytes.count == other.bytes.count
        && one.bytes.withUnsafeBytes { one in
          other.bytes.withUnsafeBytes { one.order(against: $0) == 0 }
        }
    }

    func hash(into hasher: inout Hasher) {
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  let parts: [Part]
  package let isFolder: Bool

  /// The place of a path below a root. `a//b` and `a/b` are one, `/a` and `a` are two.
  package init(_ path: Path, below root: Path?) {
    let whole = root.map { $0.appending(path) } ?? path
    parts = ((whole.isAbsolute ? [[]] : []) + whole.parts).map { Part(bytes: $0) }
    isFolder = path.isFolder
  }

  /// Whether one of both is the other, or lies below it.
  package func touches(_ other: Place) -> Bool {
    let shorter = min(parts.count, other.parts.count)
    return parts.prefix(shorter).elementsEqual(other.parts.prefix(shorter))
  }
}

/// What is held at which place: a tree of names, so that what lies below a folder, or above a file,
/// is found without looking at the rest.
package struct Places {
  private struct Node {
    var parent: Int
    var name: Place.Part
    var children: [Place.Part: Int] = [:]
    var file: Int?
    var folder: Int?

    var isBare: Bool { children.isEmpty && file == nil && folder == nil }

    subscript(isFolder: Bool) -> Int? {
      get { isFolder ? folder : file }
      set { if isFolder { folder = newValue } else { file = newValue } }
    }
  }

  /// The first is the root, which stays.
  private var nodes = [Node(parent: -1, name: Place.Part(bytes: []))]
  private var vacant: [Int] = []

  package init() {}

  package subscript(place: Place) -> Int? {
    get { find(place).flatMap { nodes[$0][place.isFolder] } }
    set {
      guard let newValue else { return clear(place) }
      nodes[grow(place)][place.isFolder] = newValue
    }
  }

  /// What is held at a place, and at the same path as the other thing that a path can be, a file
  /// or a folder.
  package func pair(at place: Place) -> (own: Int?, twin: Int?) {
    guard let node = find(place) else { return (nil, nil) }
    return (nodes[node][place.isFolder], nodes[node][!place.isFolder])
  }

  /// What is held below a place, in no order.
  package func beneath(_ place: Place) -> [Int] {
    guard let top = find(place) else { return [] }
    var found: [Int] = []
    var open = Array(nodes[top].children.values)
    while let at = open.popLast() {
      found += [nodes[at].file, nodes[at].folder].compactMap { $0 }
      open += nodes[at].children.values
    }
    return found
  }

  /// What is held above a place, from the top.
  package func above(_ place: Place) -> [Int] {
    var found: [Int] = []
    var at = 0
    for part in place.parts {
      found += [nodes[at].file, nodes[at].folder].compactMap { $0 }
      guard let next = nodes[at].children[part] else { return found }
      at = next
    }
    return found
  }

  private func find(_ place: Place) -> Int? {
    var at = 0
    for part in place.parts {
      guard let next = nodes[at].children[part] else { return nil }
      at = next
    }
    return at
  }

  private mutating func grow(_ place: Place) -> Int {
    var at = 0
    for part in place.parts {
      if let next = nodes[at].children[part] {
        at = next
        continue
      }
      // A name of its own, so that the line it came in is not kept for its sake.
      let node = Node(parent: at, name: Place.Part(bytes: ArraySlice(Array(part.bytes))))
      let new = vacant.popLast() ?? nodes.count
      if new == nodes.count { nodes.append(node) } else { nodes[new] = node }
      nodes[at].children[node.name] = new
      at = new
    }
    return at
  }

  private mutating func clear(_ place: Place) {
    guard var at = find(place) else { return }
    nodes[at][place.isFolder] = nil
    while at > 0, nodes[at].isBare {
      let parent = nodes[at].parent
      nodes[parent].children[nodes[at].name] = nil
      vacant.append(at)
      at = parent
    }
  }
}
