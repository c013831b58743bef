internal import Values

/// A name in a folder that is watched, with its whole path at hand in one run of memory: what is
/// told of it is the part below the root.
final class Spot {
  private let buffer = Buffer(capacity: 4_352)
  private var home = -1
  private var homeCount = 0
  /// The state of the tree for which the path of the folder was put together.
  private var epoch = -1
  private var start = 0
  private(set) var node = -1
  private(set) var root = 0

  /// Sets a name; that of a folder is told with a slash at its end.
  @inline(__always)
  func set(_ node: Int, _ name: UnsafeRawBufferPointer, isFolder: Bool, _ tree: Watched) {
    if node == home, epoch == tree.epoch {
      buffer.count = homeCount
    } else {
      findHome(node, tree)
    }
    self.node = node
    buffer.append(name)
    if isFolder { buffer.append(UInt8(ascii: "/")) }
    // The NUL that calls to the system want; it does not count.
    buffer.reserve(1)[0] = 0
  }

  func set(_ node: Int, _ name: [UInt8], isFolder: Bool, _ tree: Watched) {
    name.withUnsafeBytes { set(node, $0, isFolder: isFolder, tree) }
  }

  private func findHome(_ node: Int, _ tree: Watched) {
    var names: [[UInt8]] = []
    var here: Int? = node
    while let place = here {
      names.append(tree.nodes.name(place))
      here = tree.nodes.parent(place)
    }
    buffer.clear()
    if let root = names.popLast() { buffer.append(root) }
    if buffer.bytes.last != Path.slash { buffer.append(Path.slash) }
    start = buffer.count
    for name in names.reversed() {
      buffer.append(name)
      buffer.append(Path.slash)
    }
    home = node
    homeCount = buffer.count
    epoch = tree.epoch
    root = tree.nodes.root(node)
  }

  /// The path below the root.
  var path: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: buffer.bytes[start...])
  }

  /// The same without the slash of a folder.
  var trimmed: UnsafeRawBufferPointer {
    let path = path
    return path.last == Path.slash ? UnsafeRawBufferPointer(rebasing: path.dropLast()) : path
  }

  /// The name alone, without a slash.
  var name: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: trimmed[(homeCount - start)...])
  }

  /// The whole path as the system wants it.
  var pointer: UnsafePointer<CChar> {
    UnsafeRawPointer(buffer.base).assumingMemoryBound(to: CChar.self)
  }

  /// Calls `body` with the whole path without the slash at its end.
  func withoutSlash<Answer>(_ body: (UnsafePointer<CChar>) -> Answer) -> Answer {
    guard buffer.bytes.last == Path.slash, buffer.count > 1 else { return body(pointer) }
    buffer.base[buffer.count - 1] = 0
    defer { buffer.base[buffer.count - 1] = Path.slash }
    return body(pointer)
  }
}

/// The tree of the folders that are watched, and a number that is another after each change of it.
final class Watched {
  private(set) var nodes = Nodes()
  private(set) var epoch = 0

  func change<Answer>(_ body: (inout Nodes) -> Answer) -> Answer {
    epoch += 1
    return body(&nodes)
  }

  /// Adding a folder changes no path.
  func add(_ name: [UInt8], in parent: Int, watch: Int32) -> Int {
    nodes.add(name, in: parent, watch: watch)
  }

  func look(_ node: Int, at period: Int32) { nodes.look(node, at: period) }

  func unwatch(_ watch: Int32) { change { $0.unwatch(watch) } }

  /// The numbers of folders that are gone may be used again.
  func recycle() { nodes.recycle() }
}
