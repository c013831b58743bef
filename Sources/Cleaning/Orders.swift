package import Core
internal import Records
package import Stream
internal import System
package import Values

/// What the command line asks for.
package struct Orders: Sendable {
  /// The folder that is cleaned: absolute, without links.
  package var root: Path
  package var side: Side?
  package var brakes = Brakes()
  package var trash: Path?
  package var isDry = false
  /// Whether failed copies hold back no deletes.
  package var despiteErrors = false

  package init(root: Path) {
    self.root = root
  }

  func removal(_ log: Log, keepsCustody: Bool = false) throws(Failure) -> Removal {
    var bin: Trash?
    if let trash { bin = try Trash(trash, of: root) }
    return Removal(root: root, trash: bin, keepsCustody: keepsCustody, isDry: isDry, log)
  }

  /// Puts back what a killed run took away, before anything else is done to the folder; false if
  /// that did not succeed.
  func putBack(in head: Head, _ log: Log) throws(Failure) -> Bool {
    if head.isDry { return true }
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
}

extension Record {
  /// The path, which must outlive the record.
  var ownPath: Path { path.map { Path($0) } ?? Path() }
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
    add(.did, "delete")
    add(.ok, fate.isOK)
    guard case .kept(let kind, let reason) = fate else { return }
    add(.kind, text: kind.rawValue)
    add(.reason, text: reason)
  }
}
