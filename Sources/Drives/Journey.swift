internal import Core
internal import Store
internal import System
internal import Values

/// The way through a drive: tells what was listed in order, while folders that come later are asked
/// for already.
final class Journey {
  private let drive: any Drive
  private let itinerary: Itinerary
  private let width: Int
  private var underWay = 0
  /// From the root to the folder that is being told.
  private var trail: [Stop] = []
  /// What is waited for; it goes before what is asked for ahead.
  private var wanted: Stop?
  private var trouble: Failure?
  private var isOver = false
  private let path = Buffer(capacity: 1_024)
  private let row = Buffer(capacity: 512)
  /// How long the path of the folder is that is being told, with its slash.
  private var home = 0

  init(_ drive: any Drive, _ wish: ListWish) {
    self.drive = drive
    itinerary = Itinerary(wish)
    width = max(wish.jobs, 1)
  }

  func run(_ each: (Listed) throws(Failure) -> Void) throws(Failure) {
    defer { isOver = true }
    let start = itinerary.start
    let first = Stop(start.folder, depth: itinerary.level, itinerary, start: start.names)
    try reach(first)
    if let failure = first.failure {
      let place = start.folder.isEmpty ? "" : "\(drive.location.appending(Path(start.folder)))"
      throw Failure(failure.kind, failure.subject.isEmpty ? place : failure.subject, failure.reason)
    }
    enter(first)
    while let stop = trail.last {
      if Interrupt.isRequested { throw Journey.stopped }
      if try stop.next(into: row) {
        try tell(stop, each)
      } else {
        trail.removeLast()
        if let above = trail.last { settle(in: above) }
      }
    }
  }

  private static let stopped = Failure(.later, "", "the run was stopped")

  // MARK: Telling

  private func enter(_ stop: Stop) {
    trail.append(stop)
    settle(in: stop)
    advance()
  }

  private func settle(in stop: Stop) {
    path.clear()
    path.append(stop.path)
    if !stop.path.isEmpty { path.append(Path.slash) }
    home = path.count
  }

  private func tell(
    _ stop: Stop, _ each: (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    let end = Row.end(of: row.bytes)
    let name = UnsafeRawBufferPointer(rebasing: row.bytes[..<end])
    path.count = home
    path.append(name)
    switch Row.content(row.bytes, end: end) {
    case .file: try each(.file(Row.file(row.bytes, end: end, path: path.bytes)))
    case .shut: try each(.folder(path.bytes))
    case .hole: try each(.hole(path.bytes, Row.failure(row.bytes, end: end)))
    case .open: if let folder = try stop.folder(name) { try visit(folder, each) }
    }
  }

  private func visit(
    _ folder: Stop, _ each: (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    try reach(folder)
    if var failure = folder.failure {
      // It was listed a moment ago: that it is gone is not known, only that something is amiss.
      if failure.kind == .absent {
        failure = Failure(.later, "", "it was listed, and then not found: \(failure.reason)")
      }
      advance()
      return try each(.hole(path.bytes, failure))
    }
    if itinerary.wish.tellsFolders { try each(.folder(path.bytes)) }
    enter(folder)
  }

  // MARK: Asking

  /// Waits until it is known what a folder holds.
  private func reach(_ stop: Stop) throws(Failure) {
    itinerary.leave(stop)
    if !stop.isAsked { wanted = stop }
    advance()
    try drive.loop.run { stop.isEnded || trouble != nil }
    if let broken = trouble ?? stop.trouble { throw broken }
    if Interrupt.isRequested || !stop.isEnded { throw Journey.stopped }
  }

  /// Asks for what comes next, as far as there is room.
  private func advance() {
    do throws(Failure) {
      while !isOver, trouble == nil, underWay < width {
        if let stop = wanted {
          wanted = nil
          ask(stop)
        } else if itinerary.hasRoom, let stop = try discover() {
          ask(stop)
        } else {
          return
        }
      }
    } catch {
      trouble = error
    }
  }

  private func discover() throws(Failure) -> Stop? {
    for stop in trail.reversed() {
      if let found = try stop.discover() { return found }
    }
    return nil
  }

  private func ask(_ stop: Stop) {
    underWay += 1
    stop.ask()
    itinerary.join(stop)
    drive.list(folder: Path(stop.path), refreshes: itinerary.wish.refreshes) { [self] listed in
      if !isOver { stop.take(listed) }
    } _: { [self] result in
      if isOver || stop.isEnded { return }
      underWay -= 1
      stop.end(result)
      itinerary.weigh(stop)
      advance()
    }
  }
}
