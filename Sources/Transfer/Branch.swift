internal import Core
internal import Records
internal import Store
internal import Stream
internal import System
internal import Tree
internal import Values

/// A folder of a store that an event names: all that lies in it is listed anew, and copied file by
/// file.
struct Branch {
  private let store: any Store
  private let flight: Flight

  init(_ store: any Store, _ flight: Flight) {
    self.store = store
    self.flight = flight
  }

  /// Hands every file to `begin`. The outcome of the event, after theirs, is only good if the
  /// listing was whole and all went well.
  func carry(
    _ record: Record, _ event: Item,
    _ begin: (Item, Remote, Convoy) throws(Failure) -> Void
  ) throws(Failure) {
    try flight.settle()
    let convoy = Convoy()
    var count = 0
    do throws(Failure) {
      let scratch = try list(event.path)
      defer { withExtendedLifetime(scratch) {} }
      count = try each(of: scratch, event, convoy, begin)
    } catch {
      try flight.settle()
      return try flight.tell(record, .failed(Mishap(error, of: event.path)))
    }
    try flight.settle()
    if flight.isStopped() { convoy.failed += 1 }
    try flight.tell(record, fate(convoy, count))
  }

  private func fate(_ convoy: Convoy, _ count: Int) -> Fate {
    if convoy.failed > 0 {
      return .failed(Mishap(.later, "\(convoy.failed) of its files could not be copied"))
    }
    // A store has no empty folders, so none may have been meant, or it was moved on.
    return count == 0 ? .vanished : .copied(nil, nil, isConfirmed: false)
  }

  /// Lists by the rules of the section's head into a scratch file.
  private func list(_ folder: Path) throws(Failure) -> Scratch {
    var scope = Scope()
    if let head = flight.head {
      do { scope.filter = try Filter(rules: head.filters) } catch {
        throw Failure(.data, "filters", error.reason)
      }
    }
    var wish = ListWish()
    wish.start = folder
    wish.refreshes = true
    wish.depth = store.abilities.depth
    let scratch = try Scratch()
    let section = Section(Output(scratch.descriptor, "temporary file"), tool: "")
    _ = try Survey(store, scope, wish, section).list()
    try scratch.rewind()
    return scratch
  }

  private func each(
    of scratch: Scratch, _ event: Item, _ convoy: Convoy,
    _ begin: (Item, Remote, Convoy) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let listing = Input(scratch.descriptor, "temporary file")
    let parser = Parser()
    var count = 0
    while let line = try listing.next() {
      let record = try parser.parse(line)
      if record.kind == .tail, try record.flag(.complete) != true { convoy.failed += 1 }
      guard let path = record.path.map({ Path($0) }) else { continue }
      if record.kind == .hole {
        guard path.isWithin(event.path) || event.path.isWithin(path) else { continue }
        if !record.holds(.kind, "chosen") { convoy.failed += 1 }
        try flight.hole(record, path)
      } else if record.kind == .entry, path.bytes.starts(with: event.path.bytes), !path.isFolder {
        guard try flight.hasRoom() else { return count }
        count += 1
        var item = try Item(record, isRetry: false)
        let rest = path.bytes.dropFirst(event.path.bytes.count)
        item.target = flight.target(event.target.appending(Path(rest)))
        try begin(item, try Remote(record, isRetry: false), convoy)
      }
    }
    return count
  }
}
