internal import Agreement
internal import Command
internal import Core
internal import Difference
internal import Records
internal import Stream
internal import System
internal import Values

/// Which disks the folders of a two-way sync lie on, and whether those are the ones of before.
extension Diff {
  static let disks = [
    "FILE also says which file systems a folder lies on, those mounted below it included. If the "
      + "place is on another one now, or a mount is gone, or something was mounted over files that "
      + "FILE names, nothing is planned there, as below a hole: a warning names the folder, the "
      + "exit status is 77, and FILE stays as it is about that place. {--allow-other-disk} says "
      + "that it is right so. A file system is known by what it calls itself and by the part of it "
      + "that is seen, so neither a reboot nor another number of its device nor a bind mount makes "
      + "it another. One that has no such name (XFS, FAT, exFAT, network file systems) is told by "
      + "its kind and the age of its folder, as far as there is one; that it is not mounted is "
      + "found out all the same. A FILE of an older release learns at the next run."
  ]

  /// What is to be believed of a side.
  func footing(
    _ side: Target, _ then: [String]?, _ base: Path
  ) throws(Failure) -> Footing {
    let then = Grounds(texts: then ?? [])
    guard let now = try grounds(side) else { return Footing(keeping: then) }
    var footing = try Footing(now, then) { (place) throws(Failure) in
      // What somebody says is right is as if nothing were at stake.
      allowsOtherDisk ? false : try Accord.names(base, in: place)
    }
    footing.seen = now
    return footing
  }

  /// Whether a side was on the same file systems all the while. A mount that has come or gone
  /// between two looks leaves open what the listing was of.
  func stays(_ side: Target, _ footing: Footing, _ io: Standard) -> Bool {
    guard let seen = footing.seen, let location = side.location else { return true }
    do throws(Failure) {
      if try grounds(side) == seen { return true }
      io.log.warn("\(location): what is mounted there has changed meanwhile: nothing is deleted")
    } catch {
      io.log.warn("\(location): \(error.reason): nothing is deleted")
    }
    return false
  }

  /// The file systems of a folder that is listed now; nil of all else.
  func grounds(_ side: Target) throws(Failure) -> Grounds? {
    guard side.folder != nil, let location = side.location else { return nil }
    return try Grounds.of(location, isAlone: isAlone)
  }

  private var isAlone: Bool {
    listing.contains { $0.elementsEqual("--one-file-system".utf8) }
  }

  /// Why the run has failed though all of its plan is written: a side was not believed.
  func refusal(_ planner: TwoWay, _ left: Path?, _ right: Path?) -> Failure? {
    guard let (side, doubt) = planner.met.first else { return nil }
    let root = (side == .left ? left : right) ?? Path()
    let more = planner.met.count > 1 ? " (and \(planner.met.count - 1) more)" : ""
    return Failure(
      .refused, "\(root.appending(doubt.place))\(more)",
      "\(doubt.reason): nothing was done there; --allow-other-disk says that it is right so")
  }
}
