package import Core
package import Records
package import Store
package import Stream
package import System
package import Values

// The map of copying:
//
//   Copying      the stage of the pipe: whose records are ours, where they come from and go to
//   Terms        what was asked for
//   Way          how: one of the four below; Fate is what came of an item
//
//   Transfer     folder to folder, on threads. Errand holds for one section; Yard and Piece spread
//                the work; Carrier carries one item, from its Source, through a Draft, into its
//                Target; Contents are the bytes, Traits everything else, Pace and Meter how fast;
//                Subtree is a folder named by an event, Folders those named by a listing
//   Dispatch     folder to store, Fetch store to folder, Transit store to store, on one loop:
//                Flight is what they share, a Trip one item under way, a Proof its digest, a Branch
//                a folder of a store named by an event; Mounted is a store whose files also lie
//                below a mount

/// Copies the files that records name to a place: the engine of both put and get.
package final class Copying: Stage {
  /// Where the files of a section come from.
  private enum Origin {
    case folder(Source)
    case store(any Store)
    /// A folder that may hang, with nothing behind it.
    case mount(Path)
  }

  private let target: Place
  private let terms: Terms
  private let open: Opener
  private let log: Log
  private let progress: Progress
  private let section: Section
  private let meter: Meter
  private let mask = Machine.permissionMask
  private var head: Head?
  private var side: Side?
  private var origin: Result<Origin, Failure>?
  private var way: (any Way)?
  /// Kept for the next section, as its threads are.
  private var transfer: Transfer?

  /// The target is a location as the user names it.
  package init(
    to target: Path, _ terms: Terms, _ open: @escaping Opener, _ section: Section, _ log: Log,
    _ progress: Progress, takesStores: Bool = true
  ) throws(Failure) {
    self.target = try open(target)
    if case .store = self.target, !takesStores {
      throw Failure(.usage, "\(target)", "it is no folder; s4l-put copies to stores")
    }
    self.terms = terms
    self.open = open
    self.section = section
    self.log = log
    self.progress = progress
    meter = Meter(terms.rate?.bytes, progress)
  }

  /// Reads a whole stream and copies what it names.
  package func run(_ input: Input) throws(Failure) -> Status {
    Interrupt.ignoreBrokenPipes()
    Interrupt.ignoreFileSizeLimits()
    let descriptor = input.descriptor
    input.beforeWaiting = { [self] () throws(Failure) in
      if let way { try way.rest(until: descriptor) } else { try section.output.flush() }
    }
    defer {
      transfer?.finish()
      progress.end()
    }
    var relay = Relay(StreamReader(input), section, log)
    var stage = self
    return try relay.run(&stage)
  }

  // MARK: A stage of the pipe

  package func begin(_ head: inout Head) throws(Failure) {
    try way?.enter()
    way = nil
    progress.count(isOver: false)
    side = try Side.of(target.name, chosen: terms.side, in: head)
    head.isDry = head.isDry || terms.isDry
    head.isOrdered = false
    self.head = head
    // Opened at the start, so that a file missing later can be told from a folder gone. Why not
    // throw here: where nothing is to be copied, an absent source is nobody's concern.
    origin = opened()
    head.note(side, at: target.name)
  }

  package func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    try way?.enter()
    // Events of one path keep their order, whatever becomes of them.
    if record.kind == .event { try way?.keepOrder(of: record) }
    let isOurs =
      Ownership.copies(record, to: side, isRetry: terms.retries)
      || terms.confirms && Ownership.keeps(record, on: side)
    guard isOurs, try terms.library?.takes(record) != false else { return false }
    try currentWay().carry(record)
    return true
  }

  package func end(_ ending: Ending, _ section: Section) throws(Failure) {
    progress.count(isOver: true)
    try way?.end()
  }

  // MARK: From where, and how

  private func currentWay() throws(Failure) -> any Way {
    if let way { return way }
    let origin = origin ?? opened()
    self.origin = origin
    let made = try way(from: try origin.get())
    way = made
    return made
  }

  private func way(from origin: Origin) throws(Failure) -> any Way {
    switch (origin, target) {
    case (.folder(let source), .folder(let path)):
      let errand = try Errand(terms, head, from: source, to: path, meter, progress, mask: mask)
      let transfer = self.transfer ?? Transfer(errand, section, log)
      transfer.begin(errand)
      self.transfer = transfer
      return transfer
    case (.folder(let source), .store(let store)):
      return Dispatch(to: store, from: source, flight(store))
    case (.store, _) where terms.onlyDiffering:
      throw Failure(.usage, "--differing", "the files have to come from a folder")
    case (.store(let store), .folder(let path)):
      return try Fetch(from: store, to: path, flight(store), mask: mask)
    case (.mount(let path), .folder(let folder)):
      guard let library = terms.library else { throw Failure(.bug, "\(path)", "no library") }
      let root = try Mounted(path, stall: library.stall, rate: rate, log)
      let mounted = library.mount.map {
        Mounted($0, stall: library.stall, rate: rate, before: root, log)
      }
      return try Fetch(
        from: mounted ?? root, to: folder, flight(mounted ?? root), mask: mask)
    case (.mount(let path), .store):
      throw Failure(.usage, "\(path)", "a library is a folder of this machine")
    case (.store(let source), .store(let store)):
      return try Transit(from: source, to: store, flight(store))
    }
  }

  private var rate: Int? { terms.rate?.bytes }

  private func flight(_ store: any Store) -> Flight {
    Flight(terms, head, store, section, progress)
  }

  private func opened() -> Result<Origin, Failure> {
    do throws(Failure) {
      switch try open(try sourcePath()) {
      case .folder(let path):
        if terms.library != nil { return .success(.mount(path)) }
        return .success(.folder(try Source(path, follows: head?.links == "follow")))
      case .store(let store):
        guard let library = terms.library, let mount = library.mount else {
          return .success(.store(store))
        }
        let mounted = Mounted(
          mount, stall: library.stall, rate: rate, before: store, log)
        return .success(.store(mounted))
      }
    } catch {
      return .failure(error)
    }
  }

  private func sourcePath() throws(Failure) -> Path {
    let here = Path(text: ".")
    guard let head else { return terms.from ?? here }
    guard let side else { return terms.from ?? head.root ?? here }
    guard let location = side.other.location(in: head) else {
      throw Failure(.data, "", "the head of the plan names no \(side.other.rawValue) side")
    }
    return location
  }
}
