internal import Core
internal import Glibc
internal import Records
internal import System
internal import Values

/// Where a file of a store comes to lie: a draft that outlives the call that began it, and what is
/// known of a large one.
final class Berth {
  let folder: Folder
  private var draft: Draft
  private let logbook: Logbook?

  /// Begins a file, or goes on with what a killed run left of this very version.
  init(in folder: Folder, for name: ArraySlice<UInt8>, _ version: Fingerprint, mode: UInt32)
    throws(Mishap)
  {
    self.folder = folder
    if let found = Logbook.find(in: folder, for: name, version),
      let draft = try Draft(in: folder, for: name, resuming: found.inode)
    {
      logbook = found.logbook
      self.draft = draft
      return
    }
    // Before the draft: what is written there of an older one must never be believed of this one.
    Logbook.discard(in: folder, for: name)
    draft = try Draft(in: folder, for: name, mode: mode)
    let inode = try Inode.look(draft.file)
    logbook = Logbook(in: folder, for: name, version, inode)
  }

  var file: Int32 { draft.file }
  var done: [Range<Int>] { logbook?.done ?? [] }
  var isFolded: Bool { draft.isFolded }

  func finished(_ stretch: Range<Int>) { logbook?.add(stretch) }

  /// Gives the file its name.
  func place(
    as target: UnsafePointer<CChar>, _ expectation: Item.Expectation
  ) throws(Mishap) {
    logbook?.discard()
    try draft.place(as: target, expectation)
  }

  /// Lets go of a file that is of no use.
  func discard() {
    logbook?.discard()
    draft.drop()
  }

  /// Lets go of the file; what can be gone on with stays.
  func giveUp() {
    if let logbook, logbook.isWorthKeeping { return draft.keep() }
    discard()
  }
}
