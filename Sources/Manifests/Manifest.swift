package import Core
package import Records
package import System
package import Values

/// What a tool has written into a folder, and from which source: `.s4l/manifest`, a line for each
/// file, of which the last one about a target holds.
///
///     {"type":"record","target":"a.strm","path":"a.mkv","size":37,"mtime":"…","sha256":"…"}
///     {"type":"record","target":"b.strm","did":"delete"}
///
/// A line is appended, under a lock, before its file gets its name, so there is no file of ours
/// that the manifest does not name. Size and time are the target's: a file that somebody changed is
/// theirs.
package final class Manifest {
  package static let place = Path(text: ".s4l/manifest")
  private static let next = Path(text: "manifest.new")

  private let folder: Folder
  private let file: Descriptor

  /// Opens and locks the manifest of a folder; nil if there is none, unless it is to be made.
  package init?(of ground: Folder, creates: Bool = false) throws(Failure) {
    do throws(SystemError) {
      while true {
        let folder =
          try creates
          ? ground.making(Manifest.place.parent) : ground.beneath(Manifest.place.parent).get()
        let file = try folder.file(Manifest.place.name, creates: creates)
        try file.lock()
        // While we waited for the lock, its owner may have put another file in its place.
        guard try folder.isStill(Manifest.place.name, file) else { continue }
        self.folder = folder
        self.file = file
        return
      }
    } catch {
      if error.isAbsent, !creates { return nil }
      throw error.failure(Manifest.place)
    }
  }

  /// Appends lines; `body` writes whole records.
  package func append(_ body: (Writer) -> Void) throws(Failure) {
    let output = Output(file.number, "\(Manifest.place)")
    if try !file.endsInNewline() { output.buffer.append(10) }
    body(Writer(output.buffer))
    try output.flush()
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
    let rows = Sorting()
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
      let order = withUnsafeBytes(of: UInt64(lines).bigEndian) { Array($0) }
      try rows.add(Keyed.row(target.bytes, order + Array(line)))
    }
    try rows.finish()
    var last: [UInt8] = []
    while let row = try rows.next() {
      if !last.isEmpty, !Keyed.split(row).key.elementsEqual(Keyed.split(last).key) {
        try Manifest.tell(last, parser, body)
      }
      last = row
    }
    if !last.isEmpty { try Manifest.tell(last, parser, body) }
    return lines
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
    let made: Descriptor
    do throws(SystemError) {
      try folder.discard(Manifest.next)
      made = try folder.file(Manifest.next, creates: true)
    } catch {
      throw error.failure(Manifest.next)
    }
    let output = Output(made.number, "\(Manifest.next)")
    var live = 0
    let lines = try forEach { (record) throws(Failure) in
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
