internal import Access
internal import Agreement
internal import ChoicesOfPlans
internal import Command
internal import Core
internal import Difference
internal import Glibc
internal import Stream
internal import System
internal import Values

/// A plan for both sides: two listings against the base that s4l-settle wrote.
extension Diff {
  static let bothWays = [
    "With {--both} it reads no standard input but lists two places, the left and the right, and "
      + "holds each against FILE of {--base}, which s4l-settle wrote when they were last in step. "
      + "Each path of either side or of FILE gets a record: what is new or changed on one side is "
      + "copied \"to\" the other, what is gone from one side and unchanged on the other is "
      + "deleted there, what is as it was is kept, and what is gone from both is to be forgotten. "
      + "{--brief} leaves out what is as FILE says. Without FILE the plan is the union of both "
      + "sides, and deletes nothing. FILE is only read. With a FILE in which there is anything, a "
      + "place that does not exist is a failure.",
    "Where both sides have changed a file, they may still be alike: by a digest that both tell, by "
      + "size and the files' own times, or else because s4l-diff reads the files of a folder to "
      + "see. Then it is kept. If not, it is a conflict, and {--conflict} says who wins: the newer "
      + "one, which is usual, the larger, the left or the right; keep-both saves the older version "
      + "under another name on the newer one's side and leaves the rest to the next run; fail "
      + "does nothing and says so. A file that was changed on one side and deleted on the other "
      + "comes back. Copies that decide a conflict say so as their \"why\". With {--spare-losers} "
      + "the version that loses is to be deleted instead, which s4l-clean does only with a "
      + "trash, and the other takes its place in the next run.",
    "{--exclude}, {--include}, {--hidden}, {--preset}, {--max-depth} and {--one-file-system} go "
      + "with {--both}, for both sides and FILE; symbolic links are passed over. {--sentinel} "
      + "names a file without which either side is not believed to be what it was.",
  ]

  func join(_ io: Standard) throws(Failure) -> Status {
    guard let base else {
      throw Failure(.usage, "--both", "--base FILE is needed: what both sides were before")
    }
    if choice.deletes || choice.deletesExcluded || choice.keepsNewer || choice.onlyExisting {
      throw Failure(
        .usage, "--both", "--delete, --delete-excluded, --update and --existing are of one way")
    }
    let known = try Accord.open(base)
    // What was agreed on is gone from one side: rather that side is not there than all is deleted.
    let isGuarded = listing.contains { $0.starts(with: "--sentinel".utf8) }
    let mayBeAbsent = known?.line == nil && !isGuarded
    var left = try open(others[0], mayBeAbsent, io)
    var right = try open(others[1], mayBeAbsent, io)
    do {
      try left.listing.open()
      try right.listing.open()
    } catch {
      let ended = try left.finish().joined(with: try right.finish())
      if ended != .success { return ended }
      throw error
    }
    try left.accept()
    try right.accept()
    try check(left, right)
    try check(base, left, right)
    try known?.check(left.location, right.location)
    try known?.narrow(to: try filter(left, right))

    let footings = (
      left: try footing(left, known?.head.mounts.left, base),
      right: try footing(right, known?.head.mounts.right, base)
    )
    let section = Section(io.output, tool: io.name)
    var head = head(left, right)
    head.mounts.left = footings.left.grounds.texts
    head.mounts.right = footings.right.grounds.texts
    try section.open(head)
    var wishes = TwoWay.Wishes(now: Clock.now())
    wishes.policy = policy
    wishes.means = choice.means
    wishes.window = choice.window?.nanoseconds ?? 0
    wishes.isBrief = isBrief
    wishes.sparesLosers = sparesLosers
    let sameness = Sameness(left.folder, right.folder)
    var planner = TwoWay(
      left.listing, right.listing, known, wishes, section, footings: footings
    ) {
      (mine, theirs) throws(Failure) in try sameness.agree(mine, theirs)
    }
    try planner.run()
    return try finish(planner, &left, &right, section, io, footings, knows: known != nil)
  }

  private func open(
    _ place: Path, _ mayBeAbsent: Bool, _ io: Standard
  ) throws(Failure) -> Target {
    try Target.open(
      place, showing: Head(.listing), hashing: choice.means == .checksum ? digest.rawValue : nil,
      deletesExcluded: false, jobs: jobs?.number, remote: remote.arguments, io,
      scope: listing, isJoined: true, mayBeAbsent: mayBeAbsent)
  }

  /// Refuses what is no pair of places: what lies in both would be found twice.
  private func check(_ left: Target, _ right: Target) throws(Failure) {
    guard let one = left.location, let two = right.location else {
      throw Failure(.data, "OTHER", "a listing of a two-way sync has to name its root")
    }
    if one.isWithin(two) || two.isWithin(one) {
      throw Failure(.usage, "\(one)", "one side lies in the other, which is \(two)")
    }
  }

  /// Refuses a base that would itself be copied, and so change with every run.
  private func check(_ base: Path, _ left: Target, _ right: Target) throws(Failure) {
    if base.name.bytes.starts(with: Path.reserved) { return }
    let place = try base.resolved()
    for side in [left, right] where side.folder != nil {
      guard let location = side.location, place.isWithin(try location.resolved()) else { continue }
      throw Failure(
        .usage, "\(base)",
        "the base lies in \(location), which is one side, and would be copied itself; --base can "
          + "name another file, or one there whose name starts with .s4l")
    }
  }

  /// Has each side see only what both listings speak of.
  private func filter(_ left: Target, _ right: Target) throws(Failure) -> Filter {
    let filters = (
      try filter(of: left.listing.head ?? Head(.listing)),
      try filter(of: right.listing.head ?? Head(.listing))
    )
    if filters.0 == filters.1 { return filters.0 }
    throw Failure(.usage, "OTHER", "the two listings were made with different patterns")
  }

  private func head(_ left: Target, _ right: Target) -> Head {
    var head = Head(.plan)
    head.left = left.location
    head.right = right.location
    head.isDry = left.listing.head?.isDry == true || right.listing.head?.isDry == true
    head.isOrdered = true
    head.filters = left.listing.head?.filters ?? []
    return head
  }

  private func finish(
    _ planner: TwoWay, _ left: inout Target, _ right: inout Target, _ section: Section,
    _ io: Standard, _ footings: (left: Footing, right: Footing), knows: Bool
  ) throws(Failure) -> Status {
    let ended = try left.finish().joined(with: try right.finish())
    let sides = (left.listing, right.listing)
    let stands = stays(left, footings.left, io) && stays(right, footings.right, io)
    let isWhole = sides.0.isComplete && sides.1.isComplete && stands && !Interrupt.isRequested
    section.tell { tail in
      tail.leftEntries = sides.0.isComplete ? sides.0.entries : nil
      tail.rightEntries = sides.1.isComplete ? sides.1.entries : nil
      if knows {
        tail.leftKnown = planner.knownFiles.left
        tail.rightKnown = planner.knownFiles.right
      }
      tail.skipped = planner.counts.skipped
      if planner.uncompared > 0 { tail.uncompared = planner.uncompared }
    }
    warn(of: planner.uncompared, io)
    try section.close(isComplete: isWhole)
    let counts = planner.counts
    if showsSummary {
      io.log.error(
        "\(counts.copied) to copy, \(counts.deleted) to delete, \(counts.conflicts) in conflict, "
          + "\(counts.kept) in step, \(counts.forgotten) gone from both, \(counts.skipped) unknown")
    }
    if let cut = sides.0.cut ?? sides.1.cut { throw cut }
    if let refusal = refusal(planner, left.location, right.location) { throw refusal }
    section.note(ended)
    if planner.uncompared > 0 || !isWhole { section.note(.partial) }
    if tellsByStatus, counts.copied + counts.deleted > 0 { section.note(.partial) }
    return section.status
  }

  /// That the status is 1 then has to have a reason that somebody can read.
  func warn(of uncompared: Int, _ io: Standard) {
    if uncompared == 0 { return }
    let files = uncompared == 1 ? "1 file has" : "\(uncompared) files have"
    io.log.warn(
      "\(files) no digest in common with the other side, so that --compare=checksum says nothing "
        + "of \(uncompared == 1 ? "it" : "them")")
  }
}
