internal import Core
internal import Records
internal import Stream
internal import System
internal import Tree
internal import Values

/// A listing that is kept, in a file without a name: its entries and holes, in order of path.
final class Snapshot {
  private let file: Scratch
  private let output: Output
  let section: Section

  init() throws(Failure) {
    file = try Scratch()
    output = Output(file.descriptor, "temporary file")
    section = Section(output, tool: "")
  }

  /// Takes in what there is below a root now.
  func take(_ root: Path, _ scope: Scope) throws(Failure) {
    try Walk(root, scope).run(into: section, jobs: 1)
    try output.flush()
  }

  func finish() throws(Failure) { try output.flush() }

  /// The records from the first to the last.
  func reader() throws(Failure) -> Reader {
    try file.rewind()
    return Reader(Input(file.descriptor, "temporary file"))
  }

  /// One record after the other; each is valid until the next.
  final class Reader {
    private let input: Input
    private let parser = Parser()
    private(set) var record: Record?

    init(_ input: Input) {
      self.input = input
      input.whenInterrupted = { true }
    }

    var path: UnsafeRawBufferPointer? { record?.path }
    var isFile: Bool { record?.kind == .entry }

    func advance() throws(Failure) {
      guard let line = try input.next() else { return record = nil }
      record = try parser.parse(line)
    }
  }
}

/// What two snapshots of a root differ in, told as events.
struct Comparison {
  let old: Snapshot.Reader
  let new: Snapshot.Reader
  /// What is known after it: the new snapshot, and from the old one what lies where nothing can be
  /// seen by now.
  let next: Snapshot
  let teller: Teller
  let root: Int

  func run() throws(Failure) {
    var holes = OrderedHoles()
    try old.advance()
    try new.advance()
    while old.record != nil || new.record != nil {
      switch order {
      case ..<0:
        try gone(isHidden: old.path.map { holes.cover($0) } ?? false)
        try old.advance()
      case 1...:
        try came(&holes)
        try new.advance()
      default:
        try stayed(&holes)
        try old.advance()
        try new.advance()
      }
    }
    try next.finish()
  }

  private var order: Int {
    guard let path = old.path else { return 1 }
    guard let other = new.path else { return -1 }
    return path.order(against: other)
  }

  private func gone(isHidden: Bool) throws(Failure) {
    guard let record = old.record, let path = record.path, old.isFile else { return }
    if isHidden {
      try next.section.forward(record)
    } else {
      try teller.tell(.remove, path, in: root)
    }
  }

  private func came(_ holes: inout OrderedHoles) throws(Failure) {
    guard let record = new.record, let path = record.path else { return }
    try next.section.forward(record)
    if new.isFile {
      try teller.tell(.create, record, in: root)
    } else {
      holes.add(Path(path))
    }
  }

  private func stayed(_ holes: inout OrderedHoles) throws(Failure) {
    guard let was = old.record, let record = new.record, let path = record.path, old.isFile else {
      return try came(&holes)
    }
    if new.isFile {
      try next.section.forward(record)
      let hasGrown = try was.integer(.size) != record.integer(.size)
      let isNewer = try was.time(.mtime) != record.time(.mtime)
      if hasGrown || isNewer { try teller.tell(.write, record, in: root) }
    } else if record.holds(.kind, "chosen") {
      // Something that is no file has taken its place.
      try teller.tell(.remove, path, in: root)
      try came(&holes)
    } else {
      try next.section.forward(was)
    }
  }
}
