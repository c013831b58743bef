internal import Core
internal import Records
internal import Stream
internal import System
internal import Values

/// Carries one item after another; each thread has its own.
final class Carrier {
  let errand: Errand
  private let contents: Contents
  private let sourceName = Terminated()
  private let targetName = Terminated()
  private var sourceNear = Nearby()
  private var targetNear = Nearby()
  private var keepsTimes = false
  let parser = Parser()
  let out = Buffer(capacity: 8_192)
  var tally = Tally()

  init(_ errand: Errand) {
    self.errand = errand
    contents = Contents(errand.meter)
  }

  /// Lets go of the folders at hand, as they may be moved while nothing is to be done.
  func rest() {
    sourceNear.forget()
    targetNear.forget()
  }

  /// Carries what a record names, and writes its outcome into `out`.
  ///
  /// Thrown is only what ends the run.
  func carry(_ record: Record) throws(Failure) {
    let isRetry = errand.terms.retries
    let fate = try fate(of: Item(record, isRetry: isRetry))
    try fate.write(record, isRetry: isRetry, Writer(out), &tally)
  }

  func fate(of item: Item) throws(Failure) -> Fate {
    let fate = try judged(item)
    errand.progress.finished(fate)
    return fate
  }

  private func judged(_ item: Item) throws(Failure) -> Fate {
    if let objection = item.objection { return .failed(Mishap(.data, objection)) }
    guard let target = errand.target else { return .planned }
    do throws(Mishap) {
      return item.isLink ? try link(item, target) : try file(item, target)
    } catch .vanished {
      guard errand.head != nil else { return .failed(.vanished) }
      guard errand.source.isStillThere else {
        throw Failure(.io, "\(errand.source.path)", "the source folder is no longer there")
      }
      return .vanished
    } catch {
      return .failed(error)
    }
  }

  // MARK: The way of a file

  private func file(_ item: Item, _ target: Target) throws(Mishap) -> Fate {
    let spot = Spot(item.path)
    let file = try errand.source.open(
      sourceName(spot.name), in: try sourceFolder(spot.parent), item.path)
    let inode = try Inode.look(file.number)
    guard inode.form == .file else { throw .notRegular }
    if errand.head == nil { try item.check(inode) }
    var expectation = item.expectation
    if item.isKept || errand.terms.onlyDiffering,
      let fate = try compared(file.number, inode, item, target, &expectation)
    {
      return fate
    }
    let to = Spot(item.target)
    do {
      return try copy(file.number, inode, to, target, expectation)
    } catch .failed(let failure) where failure.kind == .absent {
      // The folder that was at hand has been removed meanwhile.
      targetNear.forget()
      return try copy(file.number, inode, to, target, expectation)
    }
  }

  private func copy(
    _ source: Int32, _ inode: Inode, _ spot: Spot, _ target: Target,
    _ expectation: Item.Expectation
  ) throws(Mishap) -> Fate {
    let folder = try targetFolder(spot.parent, target)
    let traits = Traits(errand.terms.preserved, mask: errand.mask)
    var draft = try Draft(in: folder, for: spot.name, mode: traits.modeAtFirst(inode))
    try contents.copy(from: source, to: draft.file, inode)
    try traits.give(inode, of: source, to: draft.file)
    let isConfirmed = try confirmed(source, draft.file, inode)
    guard try Inode.look(source).isSameVersion(as: inode) else { throw .changedWhileCopied }
    let written = try written(draft.file, inode)
    try draft.place(as: targetName(spot.name), expectation)
    if isConfirmed { try Carrier.settle(folder) }
    return .copied(.file(inode), written.fingerprint, isConfirmed: isConfirmed)
  }

  /// What the target will say of the copy. Once it was seen to keep a time to the nanosecond it
  /// need not be asked again; some file systems count in steps of 100.
  private func written(_ file: Int32, _ inode: Inode) throws(Mishap) -> Inode {
    if keepsTimes { return inode }
    let written = try Inode.look(file)
    keepsTimes =
      errand.terms.preserved.times && written.mtime == inode.mtime
      && inode.mtime.nanoseconds % 100 != 0
    return written
  }

  private func confirmed(_ source: Int32, _ target: Int32, _ inode: Inode) throws(Mishap) -> Bool {
    guard errand.terms.verifies else { return false }
    if try contents.agree(source, target, inode.size) { return true }
    guard try Inode.look(source).isSameVersion(as: inode) else { throw .changedWhileCopied }
    throw .misread
  }

  /// Compares a target that should be right already, or may be; nil if it has to be copied.
  private func compared(
    _ source: Int32, _ inode: Inode, _ item: Item, _ target: Target,
    _ expectation: inout Item.Expectation
  ) throws(Mishap) -> Fate? {
    let spot = Spot(item.target)
    let folder = try targetFolder(spot.parent, target)
    let file: Descriptor
    do { file = try folder.reading(targetName(spot.name)) } catch {
      guard error == .absent else { throw Mishap(error, item.target) }
      expectation = .absent
      return nil
    }
    let there = try Inode.look(file.number)
    if there.form == .folder { throw .targetIsFolder }
    if case .anything = expectation {
      expectation = .unchanged(there.fingerprint)
    }
    let terms = errand.terms
    if there.size != inode.size {
      if item.isNewer { return .kept(.file(inode), there.fingerprint) }
      if item.isKept, !terms.resends { throw .targetChanged }
      return nil
    }
    if !item.isKept, !terms.confirms { return .kept(.file(inode), there.fingerprint) }
    let agree = try contents.agree(source, file.number, inode.size)
    guard agree, try Inode.look(source).isSameVersion(as: inode),
      try Inode.look(file.number).isSameVersion(as: there)
    else {
      if item.isNewer, !agree { return .kept(.file(inode), there.fingerprint) }
      if terms.resends, !item.isNewer { return nil }
      throw agree ? .changedWhileCopied : .targetDiffers
    }
    try Carrier.settle(folder)
    return .verified(.file(inode), there.fingerprint)
  }

  // MARK: The way of a link

  private func link(_ item: Item, _ target: Target) throws(Mishap) -> Fate {
    let spot = Spot(item.path)
    let from = try sourceFolder(spot.parent)
    let name = sourceName(spot.name)
    let inode: Inode
    switch Inode.at(from.descriptor, name, followsLinks: false) {
    case .success(let found): inode = found
    case .failure(let error): throw error.isAbsent ? .vanished : Mishap(error, item.path)
    }
    guard inode.form == .link, case .success(let leads) = from.link(name) else {
      throw .changedSinceListed
    }
    let to = Spot(item.target)
    let folder = try targetFolder(to.parent, target)
    let draft = DraftName(for: to.name).characters
    do { try Draft.makeLink(draft, to: leads, in: folder) } catch {
      throw Mishap(error, item.target)
    }
    do throws(Mishap) {
      if errand.terms.preserved.times { _ = folder.setTime(draft, inode.mtime) }
      try Draft.move(draft, to: targetName(to.name), in: folder, item.expectation)
    } catch {
      folder.abandon(draft)
      throw error
    }
    return .copied(.file(inode), nil, isConfirmed: false)
  }

  // MARK: Folders at hand

  private func sourceFolder(_ path: ArraySlice<UInt8>) throws(Mishap) -> Folder {
    if let near = sourceNear.folder(path) { return near }
    let folder = try errand.source.folder(path)
    sourceNear.keep(folder, at: path)
    return folder
  }

  private func targetFolder(
    _ path: ArraySlice<UInt8>, _ target: Target
  ) throws(Mishap) -> Folder {
    if let near = targetNear.folder(path) { return near }
    let keepsMode = errand.terms.preserved.mode
    let folder = try target.folder(path) { keepsMode ? sourceMode($0) : nil }
    targetNear.keep(folder, at: path)
    return folder
  }

  /// The permissions of the source's folder of the same name: what was private stays so.
  private func sourceMode(_ path: ArraySlice<UInt8>) -> UInt32? {
    let found = Path(path).withCString {
      Inode.at(errand.source.root.descriptor, $0, followsLinks: true)
    }
    guard case .success(let inode) = found, inode.form == .folder else { return nil }
    return inode.permissions
  }

  /// Makes the names in a folder survive a loss of power.
  private static func settle(_ folder: Folder) throws(Mishap) {
    do { try folder.sync() } catch { throw Mishap(error, "") }
  }
}
