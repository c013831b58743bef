internal import Core
internal import Glibc
internal import Records
internal import Stream
internal import System
internal import Tree
internal import Values

/// A folder that an event names: all that lies in it is listed, and copied file by file.
struct Subtree {
  private let carrier: Carrier
  private let section: Section

  init(_ carrier: Carrier, _ section: Section) {
    self.carrier = carrier
    self.section = section
  }

  /// Copies the whole; the outcome of the event itself, after those of the files, tells whether all
  /// went well, so that whoever does the second half of a rename can trust it.
  func carry(_ record: Record, _ item: Item) throws(Failure) {
    var fate = Fate.planned
    if let objection = item.objection {
      fate = .failed(Mishap(.data, objection))
    } else if !carrier.errand.isDry {
      do throws(Mishap) {
        fate = try copied(item)
      } catch .vanished where carrier.errand.head != nil {
        fate = .vanished
      } catch {
        fate = .failed(error)
      }
    }
    try fate.write(
      record, isRetry: carrier.errand.terms.retries, Writer(carrier.out), &carrier.tally)
    try hand()
  }

  private func hand() throws(Failure) {
    try section.take(carrier.out.bytes, carrier.tally)
    carrier.out.clear()
    carrier.tally = Tally()
  }

  private func copied(_ item: Item) throws(Mishap) -> Fate {
    let folder = try carrier.errand.source.folder(item.path.trimmed.bytes[...])
    do throws(Failure) {
      let inode = try Inode.of(folder.descriptor, item.path)
      let failed = try each(in: folder, item)
      if failed == 0 { return .copied(.file(inode), nil, isConfirmed: false) }
      return .failed(Mishap(.later, "\(failed) of its files could not be copied"))
    } catch {
      throw .failed(error)
    }
  }

  /// Copies what a folder holds; returns how much could not be.
  private func each(in folder: Folder, _ event: Item) throws(Failure) -> Int {
    let scratch = try Subtree.list(folder, carrier.errand.head)
    defer { withExtendedLifetime(scratch) {} }
    let listing = Input(scratch.descriptor, "temporary file")
    let parser = Parser()
    var failed = 0
    while let line = try listing.next() {
      let record = try parser.parse(line)
      guard let name = record.path else { continue }
      let path = event.path.appending(Path(name))
      if record.kind == .hole {
        if !record.holds(.kind, "chosen") { failed += 1 }
        try Subtree.hole(record, path, Writer(carrier.out), &carrier.tally)
      } else {
        var item = Item(path)
        item.isLink = record.has(.link)
        item.target = event.target.appending(Path(name))
        let fate = try carrier.fate(of: item)
        if !fate.isOk { failed += 1 }
        try fate.write(path, Writer(carrier.out), &carrier.tally)
      }
      try hand()
    }
    return failed
  }

  /// Tells a hole of the listing again, by its path below the root.
  static func hole(
    _ record: Record, _ path: Path, _ writer: Writer, _ tally: inout Tally
  ) throws(Failure) {
    let name = try record.text(.kind) ?? ""
    let kind: HoleKind = Failure.Kind(rawValue: name).map { .failed($0) } ?? .chosen
    let reason = try record.text(.reason) ?? ""
    path.bytes.withUnsafeBytes { writer.hole($0, kind: kind, reason: reason, &tally) }
  }

  /// Lists by the rules of the section's head into a scratch file: no tree is too large for that.
  static func list(_ folder: Folder, _ head: Head?) throws(Failure) -> Scratch {
    var scope = Scope()
    if let head {
      do { scope.filter = try Filter(rules: head.filters) } catch {
        throw Failure(.data, "filters", error.reason)
      }
      scope.links = head.links.flatMap(Scope.Links.init(rawValue:)) ?? .skip
    }
    let scratch = try Scratch()
    let listing = Section(Output(scratch.descriptor, "temporary file"), tool: "")
    // By its descriptor: the name could lead elsewhere by now.
    try Walk(Path(text: "/proc/self/fd/\(folder.descriptor)"), scope).run(into: listing, jobs: 1)
    try listing.output.flush()
    try scratch.rewind()
    return scratch
  }
}
