package import Core
internal import Digests
internal import Glibc
internal import Manifests
internal import Records
package import Stream
internal import System
package import Values

/// Changes the beginning of what the .strm files of a folder hold, where they are.
///
/// Why not write them anew from a listing: when a server moves, its names stay, and a list of a
/// million files need not be asked for. Only files that are as the manifest tells are changed. They
/// get the time of the change, by which media servers see that there is something to read.
package struct Rewriting {
  private let target: Path
  private let from: [UInt8]
  private let to: [UInt8]
  private let isDry: Bool
  private let section: Section
  private let log: Log

  /// The rule is written `FROM=TO`; the equals sign that parts it is the last before a `://`, else
  /// the first.
  package init(
    _ target: Path, _ rule: String, dry: Bool, _ section: Section, _ log: Log
  ) throws(Failure) {
    let text = Array(rule.utf8)
    guard let split = Rewriting.split(text) else {
      throw Failure(.usage, "--rewrite", "\"\(rule)\" must be FROM=TO")
    }
    from = Array(text[..<split])
    to = Array(text[(split + 1)...])
    if to.contains(where: { $0 < 0x20 }) {
      throw Failure(.usage, "--rewrite", "a .strm file is one line")
    }
    self.target = target
    isDry = dry
    self.section = section
    self.log = log
    let slash = UInt8(ascii: "/")
    if (from.last == slash) != (to.last == slash) {
      log.warn("--rewrite: only one of both ends in a slash, so links may gain or lose one")
    }
  }

  private static func split(_ text: [UInt8]) -> Int? {
    let sign = UInt8(ascii: "=")
    let schemes = text.indices.filter { text[$0...].starts(with: "://".utf8) }
    let last = schemes.count > 1 ? text[..<schemes[1]].lastIndex(of: sign) : nil
    guard let found = last ?? text.firstIndex(of: sign), found > 0 else { return nil }
    return found
  }

  package func run() throws(Failure) -> Status {
    let ground = try Folder.open(target)
    guard let manifest = try Manifest(of: ground) else {
      throw Failure(.absent, "\(target)", "it has no manifest, so no file is known to be ours")
    }
    var head = Head(.selection, root: target)
    head.isDry = isDry
    try section.open(head)
    var isWhole = true
    var (all, fitting) = (0, 0)
    _ = try manifest.forEach { (record) throws(Failure) in
      if Interrupt.isRequested {
        isWhole = false
        return
      }
      guard let name = try record.name(.target) else { return }
      all += 1
      do throws(Failure) {
        let isChanged = try rewrite(name, record, ground, manifest)
        if isChanged { fitting += 1 }
        try tell(record, isChanged ? "write" : "keep", nil)
      } catch {
        fitting += 1
        try tell(record, "write", error)
      }
    }
    if fitting == 0, all > 0 {
      log.warn("--rewrite: 0 of \(all) files begin with \(Path.visible(from))")
    }
    try section.close(isComplete: isWhole)
    return section.status
  }

  private static let dropped: Members = [
    .path, .root, .view, .size, .mtime, .sha256, .did, .ok, .kind, .reason,
  ]

  private func tell(
    _ record: Record, _ did: StaticString, _ failure: Failure?
  ) throws(Failure) {
    try section.outcome(ok: failure == nil, bytes: 0) { writer in
      writer.add(.path, name: record.ownPath)
      writer.copy(record, except: Rewriting.dropped)
      writer.add(.did, did)
      writer.add(.ok, failure == nil)
      if let failure {
        writer.add(.kind, text: failure.kind.rawValue)
        writer.add(.reason, text: failure.reason)
      }
    }
  }

  /// Changes one file; false if it does not begin so.
  private func rewrite(
    _ name: Path, _ record: Record, _ ground: Folder, _ manifest: Manifest
  ) throws(Failure) -> Bool {
    if let objection = name.objection { throw Failure(.data, "", objection) }
    let (folder, content, inode) = try Rewriting.read(name, ground)
    guard content.starts(with: from) else { return false }
    let size = try record.integer(.size) ?? inode.size
    let mtime = try record.time(.mtime) ?? inode.mtime
    guard size == inode.size, mtime == inode.mtime else {
      throw Failure(.later, "", "it was changed since it was written, and is left as it is")
    }
    if isDry { return true }
    let changed = to + content.dropFirst(from.count)
    let leaf = name.name
    let sheet = try leaf.bytes.withBytes { (leaf) throws(Failure) in
      try changed.withBytes { (changed) throws(Failure) in
        try Sheet(
          in: folder.descriptor, for: leaf, changed, permissions: inode.permissions)
      }
    }
    defer { _ = close(sheet.file) }
    do {
      try append(name, record, sheet.inode, changed, manifest)
    } catch {
      sheet.drop(in: folder.descriptor)
      throw error
    }
    try leaf.withCString { target in
      Result { () throws(Failure) in try sheet.place(in: folder.descriptor, as: target) }
    }.get()
    return true
  }

  private func append(
    _ name: Path, _ line: Record, _ inode: Inode, _ content: [UInt8], _ manifest: Manifest
  ) throws(Failure) {
    let digest = try Digest(.sha256)
    try content.withBytes { (bytes) throws(Failure) in try digest.update(bytes) }
    let sum = Hex.text(try digest.finish())
    try manifest.append { writer in
      writer.begin(.record)
      writer.add(.target, name: name)
      writer.copy(line, except: [.target, .size, .mtime, .sha256])
      writer.add(.size, inode.size)
      writer.add(.mtime, inode.mtime)
      writer.add(.sha256, text: sum)
      writer.end()
    }
  }

  /// What a file below the folder holds, up to a bound that no .strm reaches.
  static func read(
    _ name: Path, _ ground: Folder
  ) throws(Failure) -> (Folder, [UInt8], Inode) {
    do throws(SystemError) {
      let folder = try ground.beneath(name.parent.trimmed).get()
      let opened = name.name.withCString { leaf in
        Result { () throws(SystemError) in try folder.reading(leaf).release() }
      }
      let file = Descriptor(owning: try opened.get())
      let inode = try Rewriting.inode(of: file)
      guard inode.form == .file, inode.size <= 65_536 else { throw SystemError(number: EFBIG) }
      var content = [UInt8](repeating: 0, count: inode.size)
      let count = content.withUnsafeMutableBytes {
        Glibc.read(file.number, $0.baseAddress, $0.count)
      }
      if count < 0 { throw SystemError(number: errno) }
      return (folder, Array(content.prefix(count)), inode)
    } catch {
      throw Failure(error.kind, "", error.words)
    }
  }

  private static func inode(of file: borrowing Descriptor) throws(SystemError) -> Inode {
    do { return try Inode.of(file.number, "") } catch { throw SystemError(number: EIO) }
  }
}
