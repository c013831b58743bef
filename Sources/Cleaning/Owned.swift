internal import Core
internal import Manifests
internal import Records
internal import Stream
internal import System
internal import Values

/// What a manifest names of the place that a listing is of: of these files alone the listing can
/// say that they have lost their source.
///
/// Files of other places stand in the same library and stay. So does what nobody knows the place
/// of, lines that earlier releases wrote; where the listing names their source, they are taken for
/// its own from then on.
struct Owned {
  let manifest: Manifest
  let ground: Folder
  /// What lines of this place call it.
  let origin: Path?
  let holes: Holes
  let filter: Filter
  /// Asked about what came by events: a listing may be what somebody remembered from before.
  let absence: Absence
  /// Whether a .strm goes whose film now has one of another name.
  let takesRenamed: Bool
  let log: Log

  /// Finds the targets whose sources are not named; whether there are no lines but those that hold.
  func search(
    _ named: inout Named, _ found: Spool, isDry: Bool, _ section: Section
  ) throws(Failure) -> Bool {
    let rows = Sorting()
    var live = 0
    let lines = try manifest.forEach { (record) throws(Failure) in
      live += 1
      if let root = try record.name(.root), root != origin { return }
      try rows.add(Keyed.row(record.ownPath.bytes, Array(record.line) + [UInt8(ascii: "}")]))
    }
    try rows.finish()
    let parser = Parser()
    let adopted = Spool()
    var (strays, unknown) = (0, 0)
    while let row = try rows.next() {
      let (source, line) = Keyed.split(row)
      let isNamed = try named.holds(Array(source), as: .source)
      let made = isNamed && takesRenamed ? named.made : []
      let isHidden = source.withUnsafeBytes { holes.cover($0) || !filter.passes($0) }
      try parser.read(Array(line)) { (record) throws(Failure) in
        if !record.has(.root) {
          if isNamed { try adopt(record, into: adopted) } else { strays += 1 }
        } else if isNamed, !isHidden, try Owned.isRenamed(record, made) {
          try found.append(record)
        } else if !isNamed, !isHidden {
          switch try word(on: record) {
          case .gone: try found.append(record)
          case .there: break
          case .unknown: unknown += 1
          }
        }
      }
    }
    tell(strays, unknown, section)
    if adopted.count == 0 || isDry { return lines == live }
    try adopted.forEach { (record) throws(Failure) in
      try manifest.append { $0.forward(record) }
      return true
    }
    return false
  }

  /// The .strm that an outcome says a film has now; nil if it says nothing of the kind.
  static func made(by outcome: Record) throws(Failure) -> Path? {
    guard outcome.path != nil, try outcome.flag(.ok) == true,
      let target = try outcome.name(.target), isStrm(target)
    else { return nil }
    let isMade = ["write", "keep", "skip"].contains { outcome.holds(.did, $0) }
    return isMade ? target : nil
  }

  /// Whether a line is of a .strm whose film has others now, and not this one.
  private static func isRenamed(_ line: Record, _ made: [Path]) throws(Failure) -> Bool {
    guard !made.isEmpty, let target = try line.name(.target), isStrm(target) else { return false }
    return !made.contains(target)
  }

  private static func isStrm(_ target: Path) -> Bool {
    target.bytes.suffix(5).elementsEqual(".strm".utf8)
  }

  private func adopt(_ line: Record, into adopted: Spool) throws(Failure) {
    guard let origin else { return }
    try adopted.append { writer in
      writer.begin(.record)
      writer.add(.root, name: origin)
      writer.copy(line, except: [])
      writer.end()
    }
  }

  /// Whether the source of a line that is not named is gone.
  private func word(on line: Record) throws(Failure) -> Absence.Word {
    guard let origin, line.holds(.view, "events") else { return .gone }
    return absence.word(on: line.ownPath, goneFrom: origin)
  }

  private func tell(_ strays: Int, _ unknown: Int, _ section: Section) {
    if strays > 0 {
      log.info("\(strays) files stay: the manifest does not say of which place they are")
    }
    if unknown > 0 {
      log.warn("\(unknown) files that events brought stay: their sources cannot be looked at")
      section.note(.partial)
    }
  }

  /// How many of the files that were found are there, and of how many of this place. A line whose
  /// file somebody has changed or taken away is no file of ours any more.
  func weigh(_ found: Spool) throws(Failure) -> (deletes: Int, total: Int) {
    var (deletes, total) = (0, 0)
    if found.count == 0 { return (0, 0) }
    var near = Near()
    _ = try manifest.forEach { (record) throws(Failure) in
      guard let root = try record.name(.root), root == origin else { return }
      if try near.stands(record, below: ground) { total += 1 }
    }
    try found.forEach { (record) throws(Failure) in
      if try near.stands(record, below: ground) { deletes += 1 }
      return true
    }
    return (deletes, total)
  }
}

/// The folder that was looked into last.
private struct Near {
  private var path = Path()
  private var folder: Folder?

  /// Whether the target of a line is as it was when the line was written.
  mutating func stands(_ line: Record, below ground: Folder) throws(Failure) -> Bool {
    guard let target = try line.name(.target), target.objection == nil, !target.isFolder else {
      return false
    }
    let parent = target.parent
    if folder == nil || parent != path {
      guard case .success(let opened) = ground.beneath(parent) else { return false }
      (path, folder) = (parent, opened)
    }
    guard case .success(let inode)? = folder?.look(target.name) else { return false }
    return try Evidence(planned: line).objection(to: inode) == nil
  }
}
