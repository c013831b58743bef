internal import System
internal import Values

/// One item under way: what its outcome will be made of. It is used again once it is done.
final class Trip {
  let line = Buffer(capacity: 512)
  var item = Item(Path())
  /// The folder of an event that the item is a part of.
  var convoy: Convoy?
  var place = 0
  var isOver = false
  /// Whether whatever happens next may concern it.
  var isRename = false
  /// What is held open for it.
  var file: Descriptor?
  var draft: Berth?
  /// How many bytes of it lie in memory.
  var held = 0

  /// Whether it is of this path, or leads there.
  func concerns(_ path: UnsafeRawBufferPointer) -> Bool {
    item.path.bytes.count == path.count && item.path.bytes.elementsEqual(path)
      || item.target.bytes.count == path.count && item.target.bytes.elementsEqual(path)
  }

  func clear() {
    line.clear()
    convoy = nil
    file = nil
    draft = nil
    held = 0
  }
}

/// The items of one folder that an event names.
final class Convoy {
  var failed = 0
}
