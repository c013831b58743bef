package import Core
package import Records
package import Values

/// What a section speaks of: the first record of a stream, and of every part of one.
package struct Head: Equatable, Sendable {
  /// What it means that a path is not in the section.
  package enum View: String, CaseIterable, Sendable {
    /// Everything there is: a path that is missing does not exist.
    case listing
    /// Some of what there is: a path that is missing means nothing.
    case selection
    /// What is to be done.
    case plan
    /// What happened.
    case events
  }

  package var view: View
  package var root: Path?
  package var left: Path?
  package var right: Path?
  package var isDry = false
  package var isOrdered = false
  package var filters: [String] = []
  package var links: String?
  /// Whether folders have entries of their own.
  package var hasFolders = false
  /// How many nanoseconds the times are exact to; a store may keep less of them than a folder.
  package var grain = 1
  /// Which digests its files are given.
  package var hashes: [String] = []
  /// The file systems that the sides of a two-way plan lie on, as far as they are folders.
  package var mounts = Mounted()
  /// Whether a tool before us has carried the plan out at another place than it names.
  package var isElsewhere = false
  /// Of a base: how many lines it had when it was last written after a run that was not cut off.
  package var entries: Int?

  /// What there is to tell of the file systems of either side.
  package struct Mounted: Equatable, Sendable {
    package var left: [String] = []
    package var right: [String] = []

    package init() {}
  }

  package init(_ view: View, root: Path? = nil) {
    self.view = view
    self.root = root
  }

  package init(_ record: Record) throws(Failure) {
    guard try record.integer(.version) == 1 else {
      throw Failure(.data, "", "the head is not of version 1")
    }
    guard let name = try record.text(.view), let view = View(rawValue: name) else {
      throw Failure(.data, "", "the head names no view that is known")
    }
    self.view = view
    root = try record.name(.root)
    left = try record.name(.left)
    right = try record.name(.right)
    isDry = try record.flag(.dry) ?? false
    isOrdered = record.holds(.order, "path")
    filters = try record.list(.filters) ?? []
    links = try record.text(.links)
    hasFolders = try record.flag(.dirs) ?? false
    grain = max(try record.integer(.grain) ?? 1, 1)
    hashes = try record.list(.hashes) ?? []
    mounts.left = try record.list(.leftMounts) ?? []
    mounts.right = try record.list(.rightMounts) ?? []
    entries = try record.integer(.entries)
    isElsewhere = try record.flag(.elsewhere) ?? false
  }

  func write(_ writer: Writer, tool: String) {
    writer.begin(.head)
    writer.add(.version, 1)
    writer.add(.tool, text: tool)
    writer.add(.view, text: view.rawValue)
    if let root { writer.add(.root, name: root) }
    if let left { writer.add(.left, name: left) }
    if let right { writer.add(.right, name: right) }
    if isDry { writer.add(.dry, true) }
    if isOrdered { writer.add(.order, "path") }
    if !filters.isEmpty { writer.add(.filters, list: filters) }
    if let links { writer.add(.links, text: links) }
    if hasFolders { writer.add(.dirs, true) }
    if grain > 1 { writer.add(.grain, grain) }
    if !hashes.isEmpty { writer.add(.hashes, list: hashes) }
    if !mounts.left.isEmpty { writer.add(.leftMounts, list: mounts.left) }
    if !mounts.right.isEmpty { writer.add(.rightMounts, list: mounts.right) }
    if let entries { writer.add(.entries, entries) }
    if isElsewhere { writer.add(.elsewhere, true) }
    writer.end()
  }
}

/// What a section says of itself when it ends.
package struct Tail: Equatable, Sendable {
  package var isComplete = true
  package var records = 0
  package var entries = 0
  package var bytes = 0
  package var holes = 0
  package var targetEntries: Int?
  package var leftEntries: Int?
  package var rightEntries: Int?
  package var skipped: Int?
  package var uncompared: Int?
  /// How many files of either side of a two-way plan the base names as well.
  package var leftKnown: Int?
  package var rightKnown: Int?

  package init() {}

  package init(_ record: Record) throws(Failure) {
    guard let complete = try record.flag(.complete), let records = try record.integer(.records)
    else { throw Failure(.data, "", "the tail lacks \"complete\" or \"records\"") }
    isComplete = complete
    self.records = records
    entries = try record.integer(.entries) ?? 0
    bytes = try record.integer(.bytes) ?? 0
    holes = try record.integer(.holes) ?? 0
    targetEntries = try record.integer(.targetEntries)
    leftEntries = try record.integer(.leftEntries)
    rightEntries = try record.integer(.rightEntries)
    skipped = try record.integer(.skipped)
    uncompared = try record.integer(.uncompared)
    leftKnown = try record.integer(.leftKnown)
    rightKnown = try record.integer(.rightKnown)
  }

  func write(_ writer: Writer) {
    writer.begin(.tail)
    writer.add(.complete, isComplete)
    writer.add(.records, records)
    writer.add(.entries, entries)
    writer.add(.bytes, bytes)
    writer.add(.holes, holes)
    if let targetEntries { writer.add(.targetEntries, targetEntries) }
    if let leftEntries { writer.add(.leftEntries, leftEntries) }
    if let rightEntries { writer.add(.rightEntries, rightEntries) }
    if let skipped { writer.add(.skipped, skipped) }
    if let uncompared { writer.add(.uncompared, uncompared) }
    if let leftKnown { writer.add(.leftKnown, leftKnown) }
    if let rightKnown { writer.add(.rightKnown, rightKnown) }
    writer.end()
  }

  /// Takes over what only the section that was read can know.
  package mutating func restate(_ other: Tail) {
    targetEntries = targetEntries ?? other.targetEntries
    leftEntries = leftEntries ?? other.leftEntries
    rightEntries = rightEntries ?? other.rightEntries
    skipped = skipped ?? other.skipped
    uncompared = uncompared ?? other.uncompared
    leftKnown = leftKnown ?? other.leftKnown
    rightKnown = rightKnown ?? other.rightKnown
  }
}
