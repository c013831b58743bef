internal import Values

/// The folders that are watched, as a tree of names: found by the number of their watch, or by
/// their name in another one.
///
/// Folders are numbers and not objects, since there may be hundreds of thousands. The number of one
/// that is gone is used again only after `recycle`.
struct Nodes {
  struct Key: Hashable {
    var parent: Int
    var name: [UInt8]
  }

  private struct Node {
    var name: [UInt8]
    var watch: Int32
    var parent: Int32
    var root: Int32
    var depth: Int32
    /// When something in it was looked at last.
    var looked: Int32 = 0
    var first: Int32 = -1
    var next: Int32 = -1
    var previous: Int32 = -1
    var isAlive = true
  }

  private var all: [Node] = []
  private var free: [Int] = []
  private var dropped: [Int] = []
  private var byWatch: [Int32: Int32] = [:]
  private var byKey: [Key: Int32] = [:]

  var count: Int { byWatch.count }

  func at(watch: Int32) -> Int? { byWatch[watch].map { Int($0) } }
  func child(_ parent: Int, _ name: [UInt8]) -> Int? {
    byKey[Key(parent: parent, name: name)].map { Int($0) }
  }
  func name(_ node: Int) -> [UInt8] { all[node].name }
  func watch(_ node: Int) -> Int32 { all[node].watch }
  func root(_ node: Int) -> Int { Int(all[node].root) }
  func depth(_ node: Int) -> Int { Int(all[node].depth) }
  func isAlive(_ node: Int) -> Bool { all[node].isAlive }
  func parent(_ node: Int) -> Int? { all[node].parent < 0 ? nil : Int(all[node].parent) }

  /// Whether a folder is another one or lies below it.
  func isWithin(_ node: Int, _ top: Int) -> Bool {
    var here: Int? = node
    while let place = here {
      if place == top { return true }
      here = parent(place)
    }
    return false
  }

  /// The root of a tree; its name is its whole path.
  mutating func addRoot(_ root: Int, _ path: [UInt8], watch: Int32) -> Int {
    place(Node(name: path, watch: watch, parent: -1, root: Int32(root), depth: 0))
  }

  mutating func add(_ name: [UInt8], in parent: Int, watch: Int32) -> Int {
    let node = place(
      Node(
        name: name, watch: watch, parent: Int32(parent), root: all[parent].root,
        depth: all[parent].depth + 1))
    hang(node)
    return node
  }

  private mutating func place(_ node: Node) -> Int {
    let number: Int
    if let reused = free.popLast() {
      number = reused
      all[number] = node
    } else {
      number = all.count
      all.append(node)
    }
    byWatch[node.watch] = Int32(number)
    return number
  }

  private mutating func hang(_ node: Int) {
    let parent = Int(all[node].parent)
    let next = all[parent].first
    all[node].next = next
    all[node].previous = -1
    if next >= 0 { all[Int(next)].previous = Int32(node) }
    all[parent].first = Int32(node)
    byKey[Key(parent: parent, name: all[node].name)] = Int32(node)
  }

  private mutating func unhang(_ node: Int) {
    guard let parent = parent(node) else { return }
    let (previous, next) = (all[node].previous, all[node].next)
    if previous >= 0 { all[Int(previous)].next = next } else { all[parent].first = next }
    if next >= 0 { all[Int(next)].previous = previous }
    byKey[Key(parent: parent, name: all[node].name)] = nil
  }

  /// Gives a folder another name or place, with all that it holds. Nothing may be there.
  mutating func move(_ node: Int, to parent: Int, _ name: [UInt8]) {
    unhang(node)
    all[node].name = name
    all[node].parent = Int32(parent)
    hang(node)
    let deeper = all[parent].depth + 1 - all[node].depth
    if deeper != 0 { each(of: node) { nodes, node in nodes.all[node].depth += deeper } }
  }

  /// Takes out a folder with all that it holds, and tells the watches that these had.
  mutating func drop(_ top: Int) -> [Int32] {
    unhang(top)
    var watches: [Int32] = []
    each(of: top) { nodes, node in
      watches.append(nodes.all[node].watch)
      if nodes.byWatch[nodes.all[node].watch] == Int32(node) {
        nodes.byWatch[nodes.all[node].watch] = nil
      }
      if let parent = nodes.parent(node), node != top {
        nodes.byKey[Key(parent: parent, name: nodes.all[node].name)] = nil
      }
      nodes.all[node].isAlive = false
      nodes.all[node].name = []
      nodes.dropped.append(node)
    }
    return watches
  }

  /// A folder whose watch the kernel has ended.
  mutating func unwatch(_ watch: Int32) { byWatch[watch] = nil }

  mutating func look(_ node: Int, at period: Int32) { all[node].looked = period }

  /// The folders at and below one in which something was looked at since a period.
  func looked(since period: Int32, below top: Int) -> [Int] {
    var found: [Int] = []
    var stack = [top]
    while let node = stack.popLast() {
      if all[node].looked >= period { found.append(node) }
      var child = all[node].first
      while child >= 0 {
        stack.append(Int(child))
        child = all[Int(child)].next
      }
    }
    return found
  }

  /// Calls `body` with a folder and each one below it.
  private mutating func each(of top: Int, _ body: (inout Nodes, Int) -> Void) {
    var stack = [top]
    while let node = stack.popLast() {
      var child = all[node].first
      while child >= 0 {
        stack.append(Int(child))
        child = all[Int(child)].next
      }
      body(&self, node)
    }
  }

  /// The numbers of folders that are gone may be used again.
  mutating func recycle() {
    if dropped.isEmpty { return }
    free += dropped
    dropped = []
  }
}
