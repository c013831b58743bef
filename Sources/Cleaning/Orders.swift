package import Core
internal import Records
package import Store
package import Stream
internal import System
internal import Values

/// What the command line asks for.
package struct Orders {
  /// What is cleaned.
  package var root: Place
  package var side: Side?
  package var brakes = Brakes()
  package var trash: Place?
  package var isDry = false
  /// Whether failed copies hold back no deletes.
  package var despiteErrors = false
  /// Whether only what a manifest names is deleted, even where there is none.
  package var isLibrary = false
  /// How many runs in succession have to find an orphan before it goes.
  package var confirmRuns = 1
  /// Whether a .strm goes whose film now has one of another name.
  package var takesRenamed = false
  /// Opens the places that events come from.
  package var open: Opener?

  package init(root: Place) {
    self.root = root
  }

  func remover(_ log: Log) throws(Failure) -> any Remover {
    switch root {
    case .folder(let path): try removal(path, log)
    case .store(let store): Purge(store, trash: try bin(of: store), isDry: isDry)
    }
  }

  func removal(
    _ root: Path, _ log: Log, keepsCustody: Bool = false
  ) throws(Failure) -> Removal {
    let bin: Trash?
    switch trash {
    case nil: bin = nil
    case .folder(let path): bin = try Trash(path, of: root)
    case .store(let store):
      throw Failure(.usage, "\(store.location)", "the trash of a folder is a folder, not a store")
    }
    return Removal(root: root, trash: bin, keepsCustody: keepsCustody, isDry: isDry, log)
  }

  /// The trash of a store, which takes files in without their bytes coming here.
  private func bin(of store: any Store) throws(Failure) -> (any Store)? {
    switch trash {
    case nil: return nil
    case .folder(let path):
      throw Failure(.usage, "\(path)", "the trash of a store is in a store, not in a folder")
    case .store(let bin):
      guard bin.copies(from: store) else {
        throw Failure(
          .usage, "\(bin.location)",
          "the trash must be where files of \(store.location) can be copied by the server alone")
      }
      try Trash.check(bin.location, of: store.location)
      return bin
    }
  }

  /// Takes the source for a hole where it lies within the folder: it is not for us to clean.
  func spare(_ source: Path?, _ holes: inout Holes) {
    let root = root.name
    guard let source, source != root, source.isWithin(root) else { return }
    let parts = Path(source.bytes.dropFirst(root.trimmed.bytes.count)).parts
    Path(parts.joined(separator: [Path.slash])).bytes.withUnsafeBytes { holes.add($0) }
  }

  /// Puts back what a killed run took away, before anything else is done to the folder; false if
  /// that did not succeed.
  func putBack(in head: Head, _ log: Log) throws(Failure) -> Bool {
    guard case .folder(let root) = root, !head.isDry else { return true }
    let ground: Folder
    do { ground = try Folder.open(root) } catch {
      if error.kind == .absent { return true }
      throw error
    }
    return try Custody.restore(in: ground, log)
  }
}

/// A stage that deletes.
package protocol Cleaner: Stage {
  /// Why the run as a whole has failed, though all its records were written.
  var refusal: Failure? { get }
  /// Brings to its end what was begun; to be called before the input is waited for.
  var settling: () throws(Failure) -> Void { get }
}

extension Withholding {
  /// Keeps in mind what an outcome says about deletes, if it does not say that a copy succeeded.
  mutating func note(_ outcome: Record) throws(Failure) {
    let size = try outcome.integer(.size)
    if outcome.holds(.did, "vanished") { return vanished(size: size) }
    guard try outcome.flag(.ok) != true, !outcome.holds(.did, "delete") else { return }
    failed(try outcome.text(.kind).flatMap { Failure.Kind(rawValue: $0) }, size: size)
  }
}

extension Record {
  /// Whether it is to go although the other side has it.
  var isForeseen: Bool { isContested || holds(.why, "excluded") }

  /// Whether it makes room for the other side's version, which is there and has won.
  var isContested: Bool { holds(.action, "delete") && holds(.why, "conflict") }

  /// Whether it is a copy that failed because a file stood where a folder must be, or a folder
  /// where a file must.
  var isBlocked: Bool { isFailed && holds(.why, "flip") && !holds(.did, "delete") }
}

extension Section {
  /// Writes what became of a file that was to be deleted: the members that the record has, but for
  /// what it says of an earlier fate.
  func deleted(
    _ record: Record, _ fate: Fate, except dropped: Members = []
  ) throws(Failure) {
    let size = try record.integer(.size) ?? 0
    try outcome(ok: fate.isOK, bytes: size) { writer in
      writer.copy(record, except: dropped.union([.did, .ok, .now, .confirmed, .kind, .reason]))
      writer.fate(fate)
    }
  }
}

extension Writer {
  func fate(_ fate: Fate) {
    add(.did, fate == .back ? "keep" : "delete")
    add(.ok, fate.isOK)
    if fate == .back { add(.reason, "it is there again") }
    guard case .kept(let kind, let reason) = fate else { return }
    add(.kind, text: kind.rawValue)
    add(.reason, text: reason)
  }
}
