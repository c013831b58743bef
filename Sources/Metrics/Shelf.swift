package import Core
internal import Glibc
internal import System
package import Values

/// The folder in which other programs leave their numbers, each in a file NAME.PID of its own.
///
/// Of a program that has ended, what it counted is added to the totals, and its file goes. The
/// totals say which file was added last: if we die before it has gone, it is not added again.
package final class Shelf {
  private let folder: Folder
  private let path: Path
  private let claim: Descriptor
  private let log: Log
  /// What is counted for good, and how far the history has been.
  package var totals = Samples()
  package var cursor = 0
  private var added: Set<[UInt8]> = []

  private static let totalsName = Path(text: "totals")
  private static let draftName = Path(text: ".s4l-totals")
  private static let lockName = Path(text: ".s4l-lock")
  private static let mostBytes = 64 << 20

  /// Opens the folder, and makes it if it is missing. Only one may have it open at a time.
  package init(_ path: Path, _ log: Log) throws(Failure) {
    try path.makeFolders(mode: 0o700)
    self.path = path
    self.log = log
    folder = try Folder.open(path)
    do throws(SystemError) {
      claim = try folder.file(Shelf.lockName, creates: true)
      guard try claim.claim() else { throw SystemError(number: EWOULDBLOCK) }
    } catch {
      guard error.number == EWOULDBLOCK else { throw error.failure(path) }
      throw Failure(.later, "\(path)", "another s4l-metrics keeps these totals")
    }
    try recall()
  }

  // MARK: Totals

  private func recall() throws(Failure) {
    guard let text = try read(Shelf.totalsName) else { return }
    for line in text.split(separator: 10) {
      if let line = Line(line) {
        totals.set(line.series, line.key, line.value)
        continue
      }
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
      guard words.count == 3, words[0].elementsEqual("#".utf8) else { continue }
      if words[1].elementsEqual("runs".utf8) {
        cursor = Int(String(decoding: words[2], as: UTF8.self)) ?? 0
      } else if words[1].elementsEqual("added".utf8) {
        added.insert(Array(words[2]))
      }
    }
  }

  /// Keeps the totals: all of them, or what was there before.
  package func save() throws(Failure) {
    do throws(SystemError) {
      try folder.discard(Shelf.draftName)
      let draft = try folder.file(Shelf.draftName, creates: true)
      try write(to: draft.number)
      try draft.sync()
      try folder.replace(Shelf.totalsName, by: Shelf.draftName)
    } catch {
      throw error.failure(path.appending(Shelf.totalsName))
    }
  }

  private func write(to file: Int32) throws(SystemError) {
    let output = Output(file, "\(path.appending(Shelf.totalsName))")
    output.buffer.append(Array("# runs \(cursor)\n".utf8))
    for mark in added { output.buffer.append(Array("# added ".utf8) + mark + [10]) }
    for series in Series.allCases { totals.write(series, to: output.buffer) }
    do throws(Failure) { try output.flush() } catch { throw SystemError(number: EIO) }
  }

  // MARK: Files

  /// What the programs that are running have to tell; what others have left is added up.
  package func gather() throws(Failure) -> Samples {
    var present = Samples()
    var gone: [Path] = []
    var marks: Set<[UInt8]> = []
    for (name, process) in try files() {
      let isAlive = kill(process, 0) == 0 || errno == EPERM
      guard let text = try read(name) else { continue }
      if isAlive {
        take(text, name, into: &present) { _ in true }
        continue
      }
      guard let mark = mark(name) else { continue }
      gone.append(name)
      marks.insert(mark)
      if !added.contains(mark) { take(text, name, into: &totals) { $0.isLasting } }
    }
    if gone.isEmpty { return present }
    added = marks
    try save()
    for name in gone {
      do throws(SystemError) { try folder.discard(name) } catch {
        throw error.failure(path.appending(name))
      }
    }
    return present
  }

  private func take(
    _ text: [UInt8], _ name: Path, into samples: inout Samples, where isWanted: (Series) -> Bool
  ) {
    for line in text.split(separator: 10) where line.first != UInt8(ascii: "#") {
      guard let read = Line(line) else {
        log.debug("\(path.appending(name)): a line is no number of ours")
        continue
      }
      if isWanted(read.series) { samples.add(read.series, read.key, read.value) }
    }
  }

  /// Which file it is, also if another of its name comes later.
  private func mark(_ name: Path) -> [UInt8]? {
    guard case .success(let inode) = folder.look(name) else { return nil }
    let time = inode.mtime
    return Array("\(inode.inode).\(time.seconds).\(time.nanoseconds) ".utf8) + name.bytes
  }

  private func files() throws(Failure) -> [(Path, Int32)] {
    var files: [(Path, Int32)] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32_768, alignment: 16)
    defer { buffer.deallocate() }
    try Folder.open(path).names(buffer) { (name, _) throws(Failure) in
      guard name.first != UInt8(ascii: "."), !name.contains(10),
        let dot = name.lastIndex(of: UInt8(ascii: ".")),
        let process = Int32(String(decoding: name[(dot + 1)...], as: UTF8.self)), process > 0
      else { return }
      files.append((Path(name), process))
    }
    return files
  }

  private func read(_ name: Path) throws(Failure) -> [UInt8]? {
    try path.appending(name).contents(atMost: Shelf.mostBytes)
  }
}

extension Path {
  /// The bytes of a file, or the last of them; nil if there is none.
  package func contents(atMost most: Int) throws(Failure) -> [UInt8]? {
    let file: Descriptor
    do throws(Failure) { file = try openToRead() } catch {
      if error.kind == .absent { return nil }
      throw error
    }
    let size = lseek(file.number, 0, SEEK_END)
    lseek(file.number, off_t(max(0, Int(size) - most)), SEEK_SET)
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    while bytes.count < most {
      let count = try file.read(into: chunk, self)
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return bytes
  }
}
