internal import Core
internal import Records
internal import System
internal import Values

/// Orphans that have to be found again by later runs before they go, so that a drive that hiccups
/// once costs nothing: `.s4l/orphans`, a line for each with the number of runs in succession that
/// found it.
///
///     {"type":"record","target":"a.strm","root":"drive:","path":"a.mkv","attempt":1}
///
/// A file that a run sees named is forgotten; one of which a run knows nothing, as it is of another
/// place, stays as it was, and
/// a run that finds more than may be deleted does not count: a mount that is gone is found gone by
/// any number of runs.
///
/// It is written before anything is deleted, and a file that is lost or unreadable only means that
/// all is counted anew.
struct Doubts {
  static let place = Path(text: ".s4l/orphans")
  private static let next = Path(text: "orphans.new")

  private let ground: Folder
  /// How many runs have to agree.
  private let needed: Int

  init(_ ground: Folder, needed: Int) {
    self.ground = ground
    self.needed = needed
  }

  /// Counts this run, and returns those of the orphans that are confirmed by it.
  func confirm(
    _ found: Spool, isDry: Bool, isHidden: (Record) throws(Failure) -> Bool
  ) throws(Failure) -> Spool {
    let earlier = try earlier()
    let orphans = Sorting()
    try found.forEach { (record) throws(Failure) in
      let target = try record.name(.target) ?? record.ownPath
      try orphans.add(Keyed.row(target.bytes, Array(record.line) + [UInt8(ascii: "}")]))
      return true
    }
    try orphans.finish()
    let confirmed = Spool()
    let notes = isDry ? nil : Notes(ground)
    try merge(earlier, orphans, confirmed, notes, isHidden)
    try notes?.close()
    return confirmed
  }

  /// Goes through both in byte order of target.
  private func merge(
    _ earlier: Sorting, _ orphans: Sorting, _ confirmed: Spool, _ notes: Notes?,
    _ isHidden: (Record) throws(Failure) -> Bool
  ) throws(Failure) {
    let parser = Parser()
    var old = try earlier.next()
    while let row = try orphans.next() {
      let (target, line) = Keyed.split(row)
      var runs = 1
      while let note = old, !target.lexicographicallyPrecedes(Keyed.split(note).key) {
        let isSame = Keyed.split(note).key.elementsEqual(target)
        try parser.read(Array(Keyed.split(note).rest)) { (record) throws(Failure) in
          if isSame {
            runs = min((try record.integer(.attempt) ?? 0) + 1, needed)
          } else {
            try notes?.keep(record, isHidden)
          }
        }
        old = try earlier.next()
      }
      try parser.read(Array(line)) { (record) throws(Failure) in
        try notes?.add(Path(target), record, runs)
        if runs >= needed { try confirmed.append(record) }
      }
    }
    while let note = old {
      try parser.read(Array(Keyed.split(note).rest)) { (record) throws(Failure) in
        try notes?.keep(record, isHidden)
      }
      old = try earlier.next()
    }
  }

  /// What earlier runs found.
  private func earlier() throws(Failure) -> Sorting {
    let rows = Sorting()
    let file: Int32
    do throws(SystemError) {
      let folder = try ground.beneath(Doubts.place.parent).get()
      file = try folder.file(Doubts.place.name, creates: false).release()
    } catch {
      if !error.isAbsent { throw error.failure(Doubts.place) }
      try rows.finish()
      return rows
    }
    let owned = Descriptor(owning: file)
    try Doubts.read(owned.number, into: rows)
    try rows.finish()
    return rows
  }

  private static func read(_ file: Int32, into rows: Sorting) throws(Failure) {
    let parser = Parser()
    let input = Input(file, "\(place)")
    while let line = try input.next() {
      // A line that cannot be read is a run that does not count.
      guard let target = target(of: line, parser), !target.bytes.contains(0) else { continue }
      try rows.add(Keyed.row(target.bytes, Array(line)))
    }
  }

  private static func target(of line: UnsafeRawBufferPointer, _ parser: Parser) -> Path? {
    do {
      let record = try parser.parse(line)
      guard try record.integer(.attempt) != nil else { return nil }
      return try record.name(.target)
    } catch {
      return nil
    }
  }

  /// What the next run is to know, written beside the old and put in its place.
  private final class Notes {
    private let ground: Folder
    private var output: Output?
    private var folder: Folder?
    private var file: Int32 = -1

    init(_ ground: Folder) { self.ground = ground }

    deinit {
      if file >= 0 { _ = Descriptor(owning: file) }
    }

    func add(_ target: Path, _ line: Record, _ runs: Int) throws(Failure) {
      let output = try opened()
      let root = try line.name(.root)
      let writer = Writer(output.buffer)
      writer.begin(.record)
      writer.add(.target, name: target)
      if let root { writer.add(.root, name: root) }
      writer.add(.path, name: line.ownPath)
      writer.add(.attempt, runs)
      writer.end()
      try output.settle()
    }

    /// Keeps what an earlier run found where this one knows nothing.
    func keep(_ record: Record, _ isHidden: (Record) throws(Failure) -> Bool) throws(Failure) {
      guard try isHidden(record), let target = try record.name(.target) else { return }
      try add(target, record, try record.integer(.attempt) ?? 1)
    }

    private func opened() throws(Failure) -> Output {
      if let output { return output }
      do throws(SystemError) {
        let folder = try ground.making(Doubts.place.parent)
        try folder.discard(Doubts.next)
        file = try folder.file(Doubts.next, creates: true).release()
        self.folder = folder
      } catch {
        throw error.failure(Doubts.next)
      }
      let made = Output(file, "\(Doubts.next)")
      output = made
      return made
    }

    /// Puts the new file in place of the old; without any doubt there is none.
    func close() throws(Failure) {
      try output?.flush()
      do throws(SystemError) {
        if let folder { return try folder.replace(Doubts.place.name, by: Doubts.next) }
        guard case .success(let folder) = ground.beneath(Doubts.place.parent) else { return }
        try folder.discard(Doubts.place.name)
      } catch {
        throw error.failure(Doubts.place)
      }
    }
  }
}
