internal import Core
internal import Store
internal import Values

/// Which folders are gone to, and how many of them wait to be told.
final class Itinerary {
  /// How much what waits may take before nothing more is asked for ahead.
  static let bound = 4 << 20

  let wish: ListWish
  /// The folder that the listing starts with, without its slash, and what names in it start with.
  let start: (folder: [UInt8], names: [UInt8])
  /// How many folders lead to it.
  let level: Int
  private let deepest: Int
  private let most: Int
  private var waiting = 0
  private var weight = 0
  private let whole = Buffer(capacity: 256)

  init(_ wish: ListWish) {
    self.wish = wish
    let bytes = wish.start.bytes
    if let slash = bytes.lastIndex(of: Path.slash) {
      start = (Array(bytes[..<slash]), Array(bytes[(slash + 1)...]))
    } else {
      start = ([], bytes)
    }
    level = Path(start.folder).parts.count
    deepest = wish.isFlat ? level : wish.depth ?? .max
    most = max(wish.jobs, 1) * 8
  }

  /// Whether a folder of this name is entered in one so deep.
  func enters(_ path: [UInt8], _ depth: Int, _ name: UnsafeRawBufferPointer) -> Bool {
    guard depth < deepest else { return false }
    whole.clear()
    if !path.isEmpty {
      whole.append(path)
      whole.append(Path.slash)
    }
    whole.append(name)
    return wish.enters(whole.bytes)
  }

  // MARK: Waiting

  /// Whether more may be asked for ahead.
  var hasRoom: Bool { waiting < most && weight < Itinerary.bound }

  func join(_ stop: Stop) {
    if !stop.isReached { waiting += 1 }
  }

  /// Counts what a folder turned out to hold, if it has to wait.
  func weigh(_ stop: Stop) {
    if stop.isReached { stop.weight = 0 } else { weight += stop.weight }
  }

  /// A folder is reached, or will not be.
  func leave(_ stop: Stop) {
    guard !stop.isReached else { return }
    stop.isReached = true
    guard stop.isAsked else { return }
    waiting -= 1
    if stop.isEnded { weight -= stop.weight }
  }
}
