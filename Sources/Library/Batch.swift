internal import Core
internal import Records
internal import Stream
internal import Values

/// The films of one folder, as bytes in a row: nothing is allocated for a film.
///
/// `@unchecked Sendable`: it is handed from one thread to the next and never used by two.
final class Batch: @unchecked Sendable {
  /// A stretch of `bytes`.
  struct Run {
    var start = 0
    var end = 0
  }

  enum Fate: UInt8 {
    case open
    /// Another film got the name.
    case lost
    /// Another record names the same film, and tells what became of it.
    case same
    /// An event names it, but it is not there.
    case gone
    /// An event names it, and it is too small to be a film.
    case small
    case failed
  }

  struct Film {
    /// The outcome as far as it is known beforehand, without its end.
    var head = Run()
    /// Below the root of the listing.
    var path = Run()
    var name = Run()
    var sign = Run()
    var url = Run()
    var id = Run()
    /// The line of the event that names it.
    var event = Run()
    var size = -1
    var seconds = Int64.min
    /// What the .strm is called, with a NUL behind it.
    var target = Run()
    var fate = Fate.open
    /// Why it failed, by its place in `reasons`.
    var reason = 0
  }

  /// What is to be said once, however many films it is true of.
  struct Notes: OptionSet {
    let rawValue: Int
    static let long = Notes(rawValue: 1)
    static let fleeting = Notes(rawValue: 2)
  }

  /// So many films of a folder are settled together.
  static let most = 16_384

  let bytes = Buffer(capacity: 4_096)
  var films: [Film] = []
  /// The folder, with its slash; empty at the top.
  let folder = Buffer(capacity: 256)
  /// Where its .strm files go, likewise.
  let place = Buffer(capacity: 256)
  var isJunk = false
  /// Whether it holds films that events name.
  var isTold = false
  var reasons: [Failure] = []
  /// The names that earlier films of the same folder got.
  var taken: Set<UInt64> = []

  // What came of it.
  let out = Buffer(capacity: 4_096)
  var tally = Tally()
  var failures = 0
  var plight = Plight()
  var notes: Notes = []
  /// Of how many the manifest names another root, and one such root.
  var takenOver = 0
  var otherRoot: Path?

  func clear() {
    bytes.clear()
    films.removeAll(keepingCapacity: true)
    folder.clear()
    place.clear()
    isJunk = false
    isTold = false
    reasons = []
    if !taken.isEmpty { taken = [] }
    out.clear()
    tally = Tally()
    failures = 0
    plight = Plight()
    notes = []
    takenOver = 0
    otherRoot = nil
  }

  @inline(__always)
  func run(_ run: Run) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes.base + run.start, count: run.end - run.start)
  }

  @inline(__always)
  func add(_ more: UnsafeRawBufferPointer) -> Run {
    let start = bytes.count
    bytes.append(more)
    return Run(start: start, end: bytes.count)
  }

  func fail(_ place: Int, _ failure: Failure) {
    reasons.append(failure)
    films[place].fate = .failed
    films[place].reason = reasons.count - 1
  }

  /// The films that events name and that are still open, but for those of discs further down.
  var told: [Int] {
    films.indices.filter {
      let film = films[$0]
      return film.event.end > 0 && film.fate == .open
        && film.name.start == film.path.start + folder.count
    }
  }

  /// Completes a film by what its folder shows of it.
  func set(_ place: Int, _ file: Lookout.File, _ terms: Terms) {
    films[place].size = file.size
    films[place].seconds = file.mtime?.seconds ?? .min
    if terms.template.needsSign { films[place].sign = add(file.sign) }
    if terms.template.needsURL, !file.url.isEmpty { films[place].url = add(file.url) }
  }

  /// Adds a film that no record names, but its folder shows.
  func add(_ file: Lookout.File, _ terms: Terms) {
    var film = Film()
    let writer = Writer(bytes)
    film.head.start = bytes.count
    writer.begin(.outcome)
    writer.add(.path, name: file.path)
    if file.size >= 0 { writer.add(.size, file.size) }
    if let mtime = file.mtime { writer.add(.mtime, mtime) }
    film.head.end = bytes.count
    film.path = add(file.path.bytes)
    film.name = Run(start: film.path.start + folder.count, end: film.path.end)
    films.append(film)
    set(films.count - 1, file, terms)
  }

  private func add(_ more: [UInt8]) -> Run { more.withUnsafeBytes { add($0) } }

  /// Gives each film the name of its .strm, and settles who has it where two want the same.
  func settle(_ terms: Terms) {
    choosePlace(terms)
    for place in films.indices where films[place].fate == .open {
      let start = bytes.count
      // The name is read from memory that may move while the new one is written.
      _ = bytes.reserve(2_048 + 4 * (films[place].name.end - films[place].name.start))
      terms.naming.append(run(films[place].name), to: bytes)
      films[place].target = Run(start: start, end: bytes.count)
      bytes.append(0)
      if run(films[place].target).starts(with: Path.reserved) {
        fail(place, Failure(.data, "", "names that start with .s4l are reserved"))
      }
    }
    if films.count > 1 || !taken.isEmpty { settleCollisions(terms) }
  }

  private func choosePlace(_ terms: Terms) {
    place.append(folder.bytes)
    guard terms.naming.isWindows else { return }
    let parts = Path(place.bytes).parts
    place.clear()
    for part in parts {
      let start = place.count
      place.append(Array(part))
      WindowsName.sanitise(from: start, place)
      place.append(Path.slash)
    }
  }

  /// Takes out the largest of the streams of a disc, which is its film; the others get nothing.
  func takeStream(_ terms: Terms) -> Film? {
    let streams = films.indices.filter { films[$0].fate == .open }
    let sorted = streams.sorted { prefers($0, to: $1, terms) }
    for stream in sorted.dropFirst() { films[stream].fate = .lost }
    return sorted.first.map { films.remove(at: $0) }
  }

  /// Takes in the film of a disc that lies in this folder. It is called like the folder.
  func add(_ stream: Film, from disc: Batch) {
    var film = stream
    let runs: [WritableKeyPath<Film, Run>] = [\.head, \.path, \.sign, \.url, \.id, \.event]
    for run in runs { film[keyPath: run] = add(disc.run(stream[keyPath: run])) }
    let start = bytes.count
    bytes.append(Array(Path(folder.bytes).name.bytes + Array(".m2ts".utf8)))
    film.name = Run(start: start, end: bytes.count)
    films.append(film)
    isTold = isTold || disc.isTold
  }

  private func settleCollisions(_ terms: Terms) {
    var owners: [UInt64: Int] = [:]
    owners.reserveCapacity(films.count)
    var spoilt: [UInt64: Int] = [:]
    for place in films.indices where films[place].fate == .open {
      let hash = Folded.hash(run(films[place].target))
      if taken.contains(hash) {
        films[place].fate = .lost
      } else if let owner = owners[hash] {
        if run(films[owner].path).elementsEqual(run(films[place].path)) {
          films[owner].fate = .same
          owners[hash] = place
        } else if terms.collisions == .prefer {
          let isBetter = prefers(place, to: owner, terms)
          films[isBetter ? owner : place].fate = .lost
          if isBetter { owners[hash] = place }
        } else {
          spoilt[hash] = owner
          refuse(place)
        }
      } else {
        owners[hash] = place
      }
    }
    for owner in spoilt.values { refuse(owner) }
    if !taken.isEmpty || films.count >= Batch.most { taken.formUnion(owners.keys) }
  }

  private func refuse(_ place: Int) {
    fail(place, Failure(.data, "", "another file of the folder would have the same .strm"))
  }

  private func prefers(_ one: Int, to other: Int, _ terms: Terms) -> Bool {
    let (mine, theirs) = (films[one], films[other])
    if mine.size != theirs.size { return mine.size > theirs.size }
    if mine.seconds != theirs.seconds { return mine.seconds > theirs.seconds }
    let ranks = (terms.media.rank(run(mine.name)), terms.media.rank(run(theirs.name)))
    if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
    return run(mine.path).order(against: run(theirs.path)) < 0
  }
}
