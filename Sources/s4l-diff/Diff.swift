internal import Access
internal import ChoicesOfPlans
internal import ChoicesOfTree
internal import Command
internal import Core
internal import Difference
internal import Records
internal import Stream
internal import System
internal import Values

/// Merge-joins two listings into a plan.
@main
struct Diff: Tool {
  static var page: Page {
    Page(
      name: "s4l-diff",
      summary: "compare two listings and plan what to copy and delete",
      description: [
        "s4l-diff reads the listing of a source from standard input and that of a target from "
          + "OTHER, and writes a plan: a change record for each file that has to be copied and, "
          + "with {--delete}, for each file of the target that the source does not have. s4l-put, "
          + "s4l-get and s4l-clean carry the plan out. Both listings are in byte order of path, so "
          + "neither is ever held in memory.",
        "OTHER is a file or descriptor path that holds a listing, or a location, which is then "
          + "listed by s4l-ls with the same patterns. A folder that does not exist is an empty "
          + "target, as is a prefix of a bucket under which there is nothing; a bucket that does "
          + "not exist is a failure.",
        RemoteChoice.prose,
        "Two files are the same if their sizes agree and, as far as both sides know them, their "
          + "times. {--compare}=size looks at sizes alone; {--compare}=checksum at a digest that "
          + "both sides have (a folder given as OTHER goes through s4l-hash), and where there is "
          + "none, at size and time, which is counted and makes the exit status 1. {--update} "
          + "copies nothing over a file that is newer by the same times.",
        "A store knows when it took a file in, \"stored\", and only where it is asked for each "
          + "file (s4l-ls --metadata) the time of the file itself. So a file differs from its "
          + "object if the sizes do or if the file is newer than \"stored\"; an object differs "
          + "from its file if the sizes do or if the file does not have the time that s4l-get "
          + "gives it; of two objects the source differs if it was stored later. The digest to "
          + "compare with an object is its MD5, which is known of objects that came in one "
          + "request: s4l-hash --algorithm md5 computes that of files.",
        "Where nothing is known of the other side, nothing is planned: below a hole of either "
          + "listing, and behind the last path of a listing that ended incomplete. How many files "
          + "that concerns stands in the tail. Files that patterns leave out are protected on "
          + "both sides, unless {--delete-excluded} is given.",
        "Deletes are planned only from a listing: not from a selection by size or age, nor from "
          + "records without a head. A plan changes nothing; what is to become of an empty source "
          + "is for s4l-clean to refuse.",
      ] + bothWays + disks,
      reads: [.head, .entry, .hole, .tail],
      writes: [.head, .change, .hole, .tail],
      statuses: RemoteChoice.statuses,
      examples: [
        .init("What would a mirror do?", "s4l scan photos | s4l diff --delete /mnt/backup/photos"),
        .init(
          "Mirror a folder.",
          "s4l scan a | s4l diff --delete b | s4l put b | s4l clean b"),
        .init(
          "What would be sent?", "s4l scan photos | s4l diff --summary s3://backup/photos"),
        .init(
          "Compare two machines.",
          "s4l scan . | s4l diff --compare checksum <(ssh host 's4l scan . | s4l hash')"),
        .init(
          "What would a two-way sync do?",
          "s4l diff --both --base base --summary notes s3://b/notes"),
      ],
      related: [
        "s4l-scan(1)", "s4l-ls(1)", "s4l-put(1)", "s4l-clean(1)", "s4l-settle(1)", "s4l-sync(1)",
        "s4l-hash(1)", "s4l-s3(7)",
      ])
  }

  static var options: [Option<Self>] {
    PlanChoice.table.map { $0.within(\.choice) } + [
      .value("digest", nil, "NAME", \.digest, "What s4l-hash computes for a folder as OTHER."),
      .flag("all", "a", \.listsKept, "Write keep records for files that are up to date."),
      .flag("summary", nil, \.showsSummary, "Say on standard error how much is to be done."),
      .flag("exit-code", nil, \.tellsByStatus, "Exit with 1 if there is anything to be done."),
      .value("jobs", "j", "N", \.jobs, "Look at N folders of OTHER at a time."),
      .flag("both", nil, \.isJoined, "Plan for both of two places, each named by an OTHER."),
      .value("base", nil, "FILE", \.base, "With --both: how the two were when last in step."),
      .value("conflict", nil, "WINNER", \.policy, "Which side wins where both have changed."),
      .flag(
        "spare-losers", nil, \.sparesLosers,
        "With --both: delete what loses first, for s4l-clean --trash."),
      .flag(
        "allow-other-disk", nil, \.allowsOtherDisk,
        "With --both: believe a side that lies on another disk than before."),
      .flag("brief", nil, \.isBrief, "With --both: leave out what is as the base says."),
    ] + PathChoice.table.map { $0.passed(to: \.listing, checkedBy: PathChoice()) }
      + ScopeChoice.table.filter { $0.name == "sentinel" }
      .map { $0.passed(to: \.listing, checkedBy: ScopeChoice()) }
      + RemoteChoice.table.map { $0.within(\.remote) }
  }

  static var operands: [Operand<Self>] {
    [
      .many(
        "OTHER", \.others, "The target: a location, or a file that holds its listing.", .files)
    ]
  }

  enum Digest: String, Choice { case sha256, md5, crc32c, crc64nvme }

  var choice = PlanChoice()
  var digest = Digest.sha256
  var listsKept = false
  var showsSummary = false
  var tellsByStatus = false
  var jobs: Width?
  var remote = RemoteChoice()
  var isJoined = false
  var base: Path?
  var policy = ConflictPolicy.newer
  var isBrief = false
  var allowsOtherDisk = false
  var sparesLosers = false
  var listing: [[UInt8]] = []
  var others: [Path] = []

  var isFed: Bool { !isJoined }

  func run(_ io: Standard) throws(Failure) -> Status {
    guard others.count == (isJoined ? 2 : 1) else {
      throw Failure(
        .usage, "OTHER", isJoined ? "--both joins two places" : "without --both there is one")
    }
    if isJoined { return try join(io) }
    if base != nil || isBrief || allowsOtherDisk || sparesLosers || !listing.isEmpty {
      throw Failure(.usage, "--both", "--base, --brief and patterns go with it")
    }
    return try plan(others[0], io)
  }

  private func plan(_ other: Path, _ io: Standard) throws(Failure) -> Status {
    let deletesExcluded = choice.deletesExcluded
    let source = Listing(StreamReader(io.input))
    try source.open()
    let sourceHead = try accept(source)
    var target = try Target.open(
      other, showing: sourceHead, hashing: choice.means == .checksum ? digest.rawValue : nil,
      deletesExcluded: deletesExcluded, jobs: jobs?.number, remote: remote.arguments, io)
    let spokenOf = try filter(of: sourceHead)
    if !deletesExcluded { target.listing.filter = spokenOf }
    do {
      try target.listing.open()
    } catch {
      // A program that could not list anything has said why.
      let ended = try target.finish()
      if ended != .success { return ended }
      throw error
    }
    if let shared = target.shared(with: sourceHead) {
      io.log.info("\(shared): it is passed over: there the one side lies in the other")
      try source.passOver(shared)
      try target.listing.passOver(shared)
    }
    try target.accept()

    let section = Section(io.output, tool: io.name)
    if !source.isBare { try section.open(head(sourceHead, target)) }
    var wishes = wishes
    if deletesExcluded { wishes.spokenOf = spokenOf }
    wishes.comparison.grains.left = sourceHead.grain
    wishes.comparison.grains.right = target.listing.head?.grain ?? 1
    var planner = Planner(source, target.listing, wishes, section)
    try planner.run()
    return try finish(&planner, source, &target, section, io)
  }

  private var wishes: Planner.Wishes {
    var wishes = choice.wishes
    wishes.listsKept = listsKept
    return wishes
  }

  /// What the source may be. Deletes are inferred from what is missing, so it must be a listing.
  private func accept(_ source: Listing) throws(Failure) -> Head {
    guard let head = source.head else {
      if !wishes.deletes { return Head(.selection) }
      throw Failure(.data, "stdin", "it has no head: no deletes can be planned from it")
    }
    switch head.view {
    case .listing: return head
    case .selection:
      if !wishes.deletes { return head }
      throw Failure(
        .data, "stdin", "it is a selection, not a listing: no deletes can be planned from it")
    case .plan, .events:
      throw Failure(.data, "stdin", "its view is \(head.view.rawValue); a listing is needed")
    }
  }

  func filter(of head: Head) throws(Failure) -> Filter {
    do {
      return try Filter(rules: head.filters)
    } catch {
      throw Failure(.data, "stdin", "the head has a bad filter: \(error.reason)")
    }
  }

  private func head(_ source: Head, _ target: Target) -> Head {
    var head = Head(.plan)
    head.left = source.root
    head.right = target.location
    head.isDry = source.isDry
    head.isOrdered = true
    head.filters = choice.deletesExcluded ? [] : source.filters
    head.links = source.links
    return head
  }

  private func finish(
    _ planner: inout Planner, _ source: Listing, _ target: inout Target, _ section: Section,
    _ io: Standard
  ) throws(Failure) -> Status {
    let ended = try target.finish()
    let isWhole = source.isComplete && target.listing.isComplete && !Interrupt.isRequested
    section.tell { tail in
      tail.leftEntries = source.isComplete ? source.entries : nil
      tail.targetEntries = target.listing.isComplete ? target.listing.entries : nil
      tail.skipped = planner.counts.skipped
      if planner.uncompared > 0 { tail.uncompared = planner.uncompared }
    }
    warn(of: planner.uncompared, io)
    try section.close(isComplete: isWhole)
    if showsSummary {
      let counts = planner.counts
      io.log.error(
        "\(counts.new) new, \(counts.changed) changed, \(counts.deleted) to delete, "
          + "\(counts.kept) up to date, \(counts.skipped) unknown")
    }
    if let cut = source.cut ?? target.listing.cut { throw cut }
    section.note(ended)
    if planner.uncompared > 0 || !isWhole && !source.isBare { section.note(.partial) }
    if tellsByStatus, !planner.counts.isEmpty { section.note(.partial) }
    return section.status
  }
}
