internal import Core
internal import Store
internal import System
internal import Values

/// A folder on the way: what it holds, once that is known, in order and each name once.
final class Stop {
  /// How much memory what one folder holds may take before it goes to a file.
  static let bound = 1 << 20

  /// Without a slash at its end.
  let path: [UInt8]
  /// How many folders lead to it from the root.
  let depth: Int
  private(set) var isAsked = false
  private(set) var isEnded = false
  /// Why nothing is known of it.
  private(set) var failure: Failure?
  /// What went wrong on our side.
  private(set) var trouble: Failure?
  /// Whether it is no longer among those that wait.
  var isReached = false
  /// What it takes while it waits.
  var weight = 0
  private let itinerary: Itinerary
  /// Only what starts with this is meant.
  private let start: [UInt8]
  private var rows: Sorting?
  /// The names of those folders below that are entered.
  private var folders: Sorting?
  private var count = 0
  private let last = Buffer(capacity: 64)
  private let row = Buffer(capacity: 128)
  private let lastFolder = Buffer(capacity: 64)
  /// Folders below that are asked for ahead, in their order.
  private(set) var ahead: [Stop] = []
  /// Whether nothing below is left to be asked for.
  private var isExplored = false

  init(_ path: [UInt8], depth: Int, _ itinerary: Itinerary, start: [UInt8] = []) {
    self.path = path
    self.depth = depth
    self.itinerary = itinerary
    self.start = start
  }

  // MARK: Listing

  func ask() {
    isAsked = true
    rows = Sorting(bound: Stop.bound)
  }

  /// Takes in something that the drive tells. Names that no file can have make the whole of it
  /// doubtful.
  func take(_ listed: Listed) {
    guard let rows, !isEnded, trouble == nil, failure == nil else { return }
    let told: UnsafeRawBufferPointer
    switch listed {
    case .file(let view): told = view.path
    case .folder(let name), .hole(let name, _): told = name
    }
    var isFolder = false
    var name = told
    if told.last == Path.slash {
      name = UnsafeRawBufferPointer(rebasing: told.dropLast())
      isFolder = true
    }
    switch listed {
    case .folder: isFolder = true
    case .file where isFolder: return doubt(told)
    case .file, .hole: break
    }
    if Stop.isNonsense(name) { return doubt(told) }
    if name.starts(with: Path.reserved), !itinerary.wish.tellsReserved { return }
    count += 1
    row.clear()
    switch listed {
    case .file(let view):
      Row.write(name, isFolder: false, number: count, .file, to: row)
      view.write(to: row)
    case .folder:
      let content: Row.Content = itinerary.enters(path, depth, name) ? .open : .shut
      Row.write(name, isFolder: true, number: count, content, to: row)
    case .hole(_, let failure):
      Row.write(name, isFolder: isFolder, number: count, .hole, to: row)
      Row.write(failure, to: row)
    }
    guard row.bytes.starts(with: start) else { return }
    do throws(Failure) {
      try rows.add(row.bytes)
      if Row.content(row.bytes, end: Row.end(of: row.bytes)) == .open { try addFolder() }
    } catch {
      trouble = error
    }
  }

  private func addFolder() throws(Failure) {
    if folders == nil { folders = Sorting(bound: Stop.bound) }
    try folders?.add(row.bytes)
  }

  private func doubt(_ name: UnsafeRawBufferPointer) {
    failure = Failure(
      .data, "", "the drive tells of a name that nothing can have: \"\(Path(name))\"")
  }

  private static func isNonsense(_ name: UnsafeRawBufferPointer) -> Bool {
    if name.isEmpty || name.contains(Path.slash) || name.contains(0) { return true }
    return name[0] == UInt8(ascii: ".")
      && (name.count == 1 || name.count == 2 && name[1] == UInt8(ascii: "."))
  }

  /// Notes how the listing ended; of one that failed, nothing that was told counts.
  func end(_ result: Result<Void, Failure>) {
    if case .failure(let broken) = result { failure = broken }
    isEnded = true
    guard failure == nil, trouble == nil else {
      (rows, folders) = (nil, nil)
      isExplored = true
      return
    }
    do throws(Failure) {
      try rows?.finish()
      try folders?.finish()
    } catch {
      trouble = error
    }
    isExplored = folders == nil
    weight = held
  }

  /// What is in memory of what it holds.
  var held: Int { (rows?.weight ?? 0) + (folders?.weight ?? 0) }

  // MARK: Telling

  /// Fills a buffer with the next row; false behind the last.
  func next(into row: Buffer) throws(Failure) -> Bool {
    try Stop.next(of: rows, into: row, behind: last)
  }

  private static func next(
    of rows: Sorting?, into row: Buffer, behind last: Buffer
  ) throws(Failure) -> Bool {
    guard let rows else { return false }
    while try rows.next(into: row) {
      let end = Row.end(of: row.bytes)
      let name = UnsafeRawBufferPointer(rebasing: row.bytes[..<end])
      if name.order(against: last.bytes) == 0 { continue }
      last.clear()
      last.append(name)
      return true
    }
    return false
  }

  // MARK: Below

  /// The next folder below this that nobody asked for yet, in the order in which they will be told.
  func discover() throws(Failure) -> Stop? {
    if isExplored { return nil }
    var isWaiting = false
    for stop in ahead {
      if !stop.isEnded { isWaiting = true } else if let found = try stop.discover() { return found }
      if !stop.isExplored { isWaiting = true }
    }
    if let stop = try nextFolder() {
      ahead.append(stop)
      return stop
    }
    isExplored = !isWaiting
    return nil
  }

  /// The folder of this name, whether it was asked for or not.
  func folder(_ name: UnsafeRawBufferPointer) throws(Failure) -> Stop? {
    let path = path(of: UnsafeRawBufferPointer(rebasing: name.dropLast()))
    while true {
      let stop: Stop
      if !ahead.isEmpty {
        stop = ahead.removeFirst()
      } else if let found = try nextFolder() {
        stop = found
      } else {
        return nil
      }
      if stop.path == path { return stop }
      // Something else of its name came first; it is not gone to.
      itinerary.leave(stop)
    }
  }

  private func nextFolder() throws(Failure) -> Stop? {
    let found = Buffer(capacity: 128)
    guard try Stop.next(of: folders, into: found, behind: lastFolder) else { return nil }
    let name = UnsafeRawBufferPointer(rebasing: lastFolder.bytes.dropLast())
    return Stop(path(of: name), depth: depth + 1, itinerary)
  }

  private func path(of name: UnsafeRawBufferPointer) -> [UInt8] {
    if path.isEmpty { return Array(name) }
    var whole: [UInt8] = []
    whole.reserveCapacity(path.count + 1 + name.count)
    whole += path
    whole.append(Path.slash)
    whole += name
    return whole
  }
}
