internal import Core
internal import Digests
internal import Glibc
internal import Records
internal import Stream
internal import System
internal import Values

/// Writes the .strm files of some folders: one thread's work.
///
/// Drafts are written first, then the lines of the manifest, all at once, then the drafts get their
/// names: so there is no file of ours that the manifest does not name, and the lock of the manifest
/// is taken once for many.
struct Scribe {
  private struct Pending {
    var batch: Batch
    var place: Int
    var folder: Folder
    var sheet: Sheet
  }

  /// So many drafts are open at a time.
  private static let most = 128
  /// What players read of a URL: Kodi takes no line of 1,024 bytes.
  private static let longestURL = 1_000

  private let ground: Folder?
  private let ledger: Ledger?
  private let provenance: Provenance
  private let terms: Terms
  private let load: Load
  private let endsFolders: Bool
  /// Whether drafts of a killed run are looked for.
  private let isAfterKill: Bool
  private var pending: [Pending] = []

  init(_ load: Load, _ orders: Orders) {
    self.load = load
    terms = orders.terms
    ground = orders.ground
    ledger = orders.ledger
    provenance = orders.provenance
    endsFolders = orders.endsFolders
    isAfterKill = orders.ledger?.isAfterKill ?? false
  }

  mutating func run() {
    for batch in load.batches {
      write(batch)
      if endsFolders { commit() }
    }
    commit()
  }

  private mutating func write(_ batch: Batch) {
    let name = Path(batch.place.bytes)
    // A folder that is not there is made with its first file.
    var folder: Result<Folder, SystemError> = .failure(.absent)
    if let ground { folder = ground.beneath(name) }
    var isFresh = false
    for place in batch.films.indices {
      do throws(Failure) {
        guard batch.films[place].fate == .open else {
          try tellSettled(batch, place)
          continue
        }
        try render(batch, place)
        if case .success(let folder) = folder, !isFresh,
          try settle(batch, place, folder)
        {
          continue
        }
        if terms.isDry {
          try Scribe.check(folder)
          tell(batch, place, "write")
          continue
        }
        if case .failure(let error) = folder, error == .absent, let ground {
          folder = Result { () throws(SystemError) in try ground.making(name) }
          isFresh = true
        }
        try draft(batch, place, Scribe.opened(folder))
      } catch {
        tell(batch, place, "write", error)
      }
    }
  }

  private static func opened(_ folder: Result<Folder, SystemError>) throws(Failure) -> Folder {
    do { return try folder.get() } catch {
      throw Failure(error.kind, "", "its folder: \(error.isLink ? "it is a link" : error.words)")
    }
  }

  private static func check(_ folder: Result<Folder, SystemError>) throws(Failure) {
    if case .failure(.absent) = folder { return }
    _ = try opened(folder)
  }

  // MARK: What it holds

  private func render(_ batch: Batch, _ place: Int) throws(Failure) {
    let film = batch.films[place]
    load.path.clear()
    let verbatim = terms.mapping.apply(batch.run(film.path), to: load.path)
    let values = Template.Values(
      path: load.path.bytes, verbatim: verbatim, url: batch.run(film.url),
      sign: batch.run(film.sign), id: batch.run(film.id))
    if terms.template.needsURL, values.url.isEmpty {
      throw Failure(.data, "", "its record has no url, which the template needs")
    }
    if terms.template.needsIdentity, values.id.isEmpty {
      throw Failure(.data, "", "its record has no id, which the template needs")
    }
    load.content.clear()
    terms.template.render(values, to: load.content)
    let line = UnsafeRawBufferPointer(rebasing: load.content.bytes.dropLast())
    for byte in line where byte < 0x20 && (byte == 10 || byte == 13 || byte == 0) {
      throw Failure(.data, "", "a line break in its name would end the line of the .strm")
    }
    if terms.template.isURL, line.count > Scribe.longestURL { batch.notes.insert(.long) }
    if !values.sign.isEmpty, terms.template.needsSign, !values.sign.elementsEndInZero {
      batch.notes.insert(.fleeting)
    }
  }

  // MARK: What is there

  /// Tells what became of a film whose .strm needs no writing; false if it does.
  private func settle(
    _ batch: Batch, _ place: Int, _ folder: Folder
  ) throws(Failure) -> Bool {
    let target = UnsafeRawPointer(batch.bytes.base + batch.films[place].target.start)
      .assumingMemoryBound(to: CChar.self)
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    let file = openat(folder.descriptor, target, flags)
    if file < 0 {
      if errno == ENOENT { return false }
      if errno == ELOOP { throw Failure(.refused, "", "a link stands where the file should be") }
      throw Failure(errno: errno, "")
    }
    defer { _ = close(file) }
    if isAfterKill { folder.clearDraft(of: Path(batch.run(batch.films[place].target))) }
    if terms.skipsExisting {
      try Scribe.checkForm(try Inode.of(file, ""))
      tell(batch, place, "skip")
      return true
    }
    let content = load.content
    let room = load.found.reserve(content.count + 1)
    let count = read(file, room, content.count + 1)
    guard count == content.count, memcmp(room, content.base, count) == 0 else {
      if count < 0, errno != EISDIR { throw Failure(errno: errno, "") }
      try Scribe.checkForm(try Inode.of(file, ""))
      return false
    }
    if let ledger { try adopt(batch, place, try Inode.of(file, ""), ledger) }
    tell(batch, place, "keep")
    return true
  }

  private static func checkForm(_ inode: Inode) throws(Failure) {
    switch inode.form {
    case .file: return
    case .folder: throw Failure(.refused, "", "a folder stands where the file should be")
    case .link, .fifo, .socket, .device:
      throw Failure(.refused, "", "something that is no file stands where it should be")
    }
  }

  /// Names a file in the manifest that is just as we would write it, unless it is named already.
  private func adopt(
    _ batch: Batch, _ place: Int, _ inode: Inode, _ ledger: Ledger
  ) throws(Failure) {
    let film = batch.films[place]
    load.path.clear()
    appendTarget(batch, place, to: load.path)
    let source = batch.run(film.path)
    if ledger.holds(
      load.path.bytes, from: source, of: provenance.hash, size: inode.size, mtime: inode.mtime)
    {
      return
    }
    try note(batch, place, inode)
    if load.lines.count > 60_000 { try ledger.append(load.lines) }
  }

  // MARK: Writing

  private mutating func draft(
    _ batch: Batch, _ place: Int, _ folder: Folder
  ) throws(Failure) {
    if pending.isEmpty { ledger?.begin() }
    let sheet = try Sheet(
      in: folder.descriptor, for: batch.run(batch.films[place].target), load.content.bytes,
      permissions: terms.permissions)
    do {
      try note(batch, place, sheet.inode)
    } catch {
      sheet.drop(in: folder.descriptor)
      _ = close(sheet.file)
      throw error
    }
    pending.append(Pending(batch: batch, place: place, folder: folder, sheet: sheet))
    if pending.count == Scribe.most { commit() }
  }

  private mutating func commit() {
    var failure: Failure?
    do throws(Failure) { try ledger?.append(load.lines) } catch { failure = error }
    if failure != nil { load.lines.clear() }
    for one in pending {
      let target = UnsafeRawPointer(one.batch.bytes.base + one.batch.films[one.place].target.start)
        .assumingMemoryBound(to: CChar.self)
      do throws(Failure) {
        if let failure {
          one.sheet.drop(in: one.folder.descriptor)
          throw failure
        }
        try one.sheet.place(in: one.folder.descriptor, as: target)
        tell(one.batch, one.place, "write")
      } catch {
        tell(one.batch, one.place, "write", error)
      }
      _ = close(one.sheet.file)
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Writes the line of the manifest for a file that holds what was rendered.
  private func note(_ batch: Batch, _ place: Int, _ inode: Inode) throws(Failure) {
    let digest: Digest
    if let known = load.digest { digest = known } else { digest = try Digest(.sha256) }
    load.digest = digest
    try digest.update(load.content.bytes)
    let sum = try digest.finish()
    load.path.clear()
    appendTarget(batch, place, to: load.path)
    if let root = provenance.root, let other = ledger?.root(of: load.path.bytes), other != root {
      batch.takenOver += 1
      batch.otherRoot = other
    }
    let writer = Writer(load.lines)
    writer.begin(.record)
    writer.add(.target, name: load.path.bytes)
    if let root = provenance.root { writer.add(.root, name: root) }
    writer.add(.path, name: batch.run(batch.films[place].path))
    writer.add(.size, inode.size)
    writer.add(.mtime, inode.mtime)
    writer.add(.sha256, text: Hex.text(sum))
    if provenance.isByEvents { writer.add(.view, "events") }
    writer.end()
  }

  /// Where the .strm is below OUT.
  private func appendTarget(_ batch: Batch, _ place: Int, to out: Buffer) {
    out.append(batch.place.bytes)
    out.append(batch.run(batch.films[place].target))
  }

  // MARK: What is told

  private func tellSettled(_ batch: Batch, _ place: Int) throws(Failure) {
    switch batch.films[place].fate {
    case .open: return
    case .same: tell(batch, place, "keep")
    case .gone: tell(batch, place, "vanished")
    case .small:
      batch.out.append(batch.run(batch.films[place].event))
      Writer(batch.out).end()
      batch.tally.records += 1
    case .lost:
      begin(batch, place)
      let writer = Writer(batch.out)
      addTarget(batch, place, writer)
      writer.add(.did, "skip")
      writer.add(.ok, true)
      writer.add(.reason, "another file of the folder has the .strm of this name")
      end(batch, place)
    case .failed: throw batch.reasons[batch.films[place].reason]
    }
  }

  private func begin(_ batch: Batch, _ place: Int) {
    batch.out.append(batch.run(batch.films[place].head))
  }

  private func addTarget(_ batch: Batch, _ place: Int, _ writer: Writer) {
    guard batch.films[place].target.end > 0 else { return }
    load.path.clear()
    appendTarget(batch, place, to: load.path)
    writer.add(.target, name: load.path.bytes)
  }

  private func end(_ batch: Batch, _ place: Int) {
    Writer(batch.out).end()
    batch.tally.entry(bytes: max(0, batch.films[place].size))
  }

  private func tell(
    _ batch: Batch, _ place: Int, _ did: StaticString, _ failure: Failure? = nil
  ) {
    begin(batch, place)
    let writer = Writer(batch.out)
    addTarget(batch, place, writer)
    batch.plight.add(failure)
    writer.add(.did, did)
    writer.add(.ok, failure == nil)
    if let failure {
      writer.add(.kind, text: failure.kind.rawValue)
      writer.add(.reason, text: failure.message)
      batch.tally.status = batch.tally.status.joined(with: .partial)
      batch.failures += 1
    }
    end(batch, place)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether a sign never expires: what stands behind its colon is nought.
  fileprivate var elementsEndInZero: Bool {
    count >= 2 && self[count - 1] == UInt8(ascii: "0") && self[count - 2] == UInt8(ascii: ":")
  }
}
