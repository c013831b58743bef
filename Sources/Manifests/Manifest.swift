package import Core
package import Records
package import System
package import Values

/// What a tool has written into a folder, and from which source: `.s4l/manifest`, a line for each
/// file, of which the last one about a target holds.
///
///     {"type":"record","target":"a.strm","root":"drive:","path":"a.mkv","size":37,"mtime":"…"}
///     {"type":"record","target":"b.strm","did":"delete"}
///
/// `root` is the place that the source lies in: several of them may fill one library, and none may
/// clean what is of another. Lines of earlier releases lack it, and nobody can say whose they are.
/// `"view":"events"` marks what came by an event, of which a listing that somebody remembered may
/// not know yet.
///
/// A line is appended before its file gets its name, so there is no file of ours that the manifest
/// does not name. Size and time are the target's: a file that somebody changed is theirs.
///
/// Several tools of one pipe have it open at once. Whoever appends takes its lock for a batch of
/// lines only, and looks whether another one has meanwhile put a shorter manifest in its place. Why
/// not hold it longer: a tool that waits for the lock does not read, and its neighbour that has it
/// may be waiting for just that. It belongs to one thread at a time.
package final class Manifest {
  package static let place = Path(text: ".s4l/manifest")
  private static let next = Path(text: "manifest.new")

  /// A root as lines name it, however it was spelt.
  package static func origin(_ root: Path?) -> Path? {
    guard let root = root?.trimmed, !root.isEmpty else { return nil }
    return root
  }

  private let ground: Folder
  private var folder: Folder
  private var file: Descriptor

  /// Opens the manifest of a folder; nil if there is none, unless it is to be made.
  package init?(of ground: Folder, creates: Bool = false) throws(Failure) {
    do throws(SystemError) {
      let folder = try Manifest.folder(of: ground, creates: creates)
      file = try folder.file(Manifest.place.name, creates: creates)
      self.folder = folder
      self.ground = ground
    } catch {
      if error.isAbsent, !creates { return nil }
      throw error.failure(Manifest.place)
    }
    try Manifest.check(file)
  }

  /// What can be read once only, or never ends, is no manifest.
  private static func check(_ file: borrowing Descriptor) throws(Failure) {
    guard try Inode.of(file.number, Manifest.place).form == .file else {
      throw Failure(.refused, "\(Manifest.place)", "it is no file")
    }
  }

  private static func folder(of ground: Folder, creates: Bool) throws(SystemError) -> Folder {
    try creates ? ground.making(place.parent) : ground.beneath(place.parent).get()
  }

  /// Does something while nobody else changes the manifest that has the name now.
  private func hold<Answer>(
    _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    do throws(SystemError) {
      try file.lock()
      while try !folder.isStill(Manifest.place.name, file) {
        folder = try Manifest.folder(of: ground, creates: true)
        file = try folder.file(Manifest.place.name, creates: true)
        try file.lock()
      }
    } catch {
      throw error.failure(Manifest.place)
    }
    defer { file.unlock() }
    try Manifest.check(file)
    return try body()
  }

  /// Appends lines; `body` writes whole records. A line that a crash cut short is ended first.
  package func append(_ body: (Writer) -> Void) throws(Failure) {
    try hold { () throws(Failure) in
      let output = Output(file.number, "\(Manifest.place)")
      if try !file.endsInNewline() { output.buffer.append(10) }
      body(Writer(output.buffer))
      try output.flush()
    }
  }

  /// Appends that targets are gone.
  package func forget(_ target: Path) throws(Failure) {
    try append { writer in
      writer.begin(.record)
      writer.add(.target, name: target)
      writer.add(.did, "delete")
      writer.end()
    }
  }

  /// Calls `body` with the line that holds for each target, in byte order of target; the number of
  /// all lines there are.
  package func forEach(_ body: (Record) throws(Failure) -> Void) throws(Failure) -> Int {
    let (rows, lines) = try hold { () throws(Failure) in try gather() }
    try Manifest.tell(rows, body)
    return lines
  }

  /// All lines by target, those of one target in the order in which they were written.
  private func gather() throws(Failure) -> (Sorting, lines: Int) {
    let rows = Sorting()
    let lines = try forEachLine { (target, line, number) throws(Failure) in
      let order = withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
      try rows.add(Keyed.row(target.bytes, order + Array(line)))
    }
    try rows.finish()
    return (rows, lines)
  }

  /// Calls `body` with each line in the order in which they were written, those too that later ones
  /// replace or revoke.
  package func forEachRaw(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
    try hold { () throws(Failure) in
      let parser = Parser()
      try file.rewind()
      let input = Input(file.number, "\(Manifest.place)")
      while let line = try input.next() {
        let record: Record
        do { record = try parser.parse(line) } catch { continue }
        try body(record)
      }
    }
  }

  private func forEachLine(
    _ body: (Path, UnsafeRawBufferPointer, Int) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let parser = Parser()
    try file.rewind()
    let input = Input(file.number, "\(Manifest.place)")
    var lines = 0
    while let line = try input.next() {
      lines += 1
      // A line that a crash cut short speaks of a file that never got its name.
      guard let target = Manifest.target(of: line, parser), !target.bytes.contains(0) else {
        continue
      }
      try body(target, line, lines)
    }
    return lines
  }

  private static func tell(
    _ rows: Sorting, _ body: (Record) throws(Failure) -> Void
  ) throws(Failure) {
    let parser = Parser()
    var last: [UInt8] = []
    while let row = try rows.next() {
      if !last.isEmpty, !Keyed.split(row).key.elementsEqual(Keyed.split(last).key) {
        try Manifest.tell(last, parser, body)
      }
      last = row
    }
    if !last.isEmpty { try Manifest.tell(last, parser, body) }
  }

  private static func target(of line: UnsafeRawBufferPointer, _ parser: Parser) -> Path? {
    do { return try parser.parse(line).name(.target) } catch { return nil }
  }

  private static func tell(
    _ row: [UInt8], _ parser: Parser, _ body: (Record) throws(Failure) -> Void
  ) throws(Failure) {
    let line = Array(Keyed.split(row).rest.dropFirst(8))
    try parser.read(line) { (record) throws(Failure) in
      if !record.holds(.did, "delete") { try body(record) }
    }
  }

  /// Writes the manifest anew with nothing but the lines that hold, if there are others.
  package func compact() throws(Failure) {
    try hold { () throws(Failure) in try rewrite() }
  }

  private func rewrite() throws(Failure) {
    let made: Descriptor
    do throws(SystemError) {
      try folder.discard(Manifest.next)
      made = try folder.file(Manifest.next, creates: true)
    } catch {
      throw error.failure(Manifest.next)
    }
    let output = Output(made.number, "\(Manifest.next)")
    var live = 0
    let (rows, lines) = try gather()
    try Manifest.tell(rows) { (record) throws(Failure) in
      live += 1
      Writer(output.buffer).forward(record)
      try output.settle()
    }
    try output.flush()
    do throws(SystemError) {
      if lines == live { return try folder.discard(Manifest.next) }
      try made.sync()
      try folder.replace(Manifest.place.name, by: Manifest.next)
    } catch {
      throw error.failure(Manifest.place)
    }
  }
}
