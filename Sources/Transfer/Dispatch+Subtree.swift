internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// A folder that an event names: all that lies in it is listed, and sent file by file.
extension Dispatch {
  func subtree(_ record: Record, _ item: Item) throws(Failure) {
    let folder: Folder
    do throws(Mishap) {
      folder = try source.folder(item.path.trimmed.bytes[...])
    } catch .vanished {
      return try flight.tell(record, try flight.vanished(source))
    } catch {
      return try flight.tell(record, .failed(error))
    }
    let inode = try Inode.of(folder.descriptor, item.path)
    let convoy = Convoy()
    try each(in: folder, item, convoy)
    try flight.settle()
    if flight.isStopped() { convoy.failed += 1 }
    let fate: Fate =
      convoy.failed == 0
      ? .copied(.file(inode), nil, isConfirmed: false)
      : .failed(Mishap(.later, "\(convoy.failed) of its files could not be copied"))
    try flight.tell(record, fate)
  }

  private func each(in folder: Folder, _ event: Item, _ convoy: Convoy) throws(Failure) {
    let scratch = try Subtree.list(folder, flight.head)
    defer { withExtendedLifetime(scratch) {} }
    let listing = Input(scratch.descriptor, "temporary file")
    let parser = Parser()
    while let line = try listing.next() {
      let record = try parser.parse(line)
      guard let name = record.path.map({ Path($0) }) else { continue }
      if record.kind == .hole {
        if !record.holds(.kind, "chosen") { convoy.failed += 1 }
        try flight.hole(record, event.path.appending(name))
        continue
      }
      var item = Item(event.path.appending(name))
      item.isLink = record.has(.link)
      item.target = flight.target(event.target.appending(name))
      guard try flight.hasRoom() else { return }
      let trip = flight.begin(item, in: convoy)
      if let fate = store.refusal(of: item) {
        flight.finish(trip, fate)
      } else {
        try start(trip)
      }
    }
  }
}
