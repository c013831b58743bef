internal import Core
internal import Records
internal import Store
internal import Stream
internal import Tree
internal import Values

/// Films that events name, and those that lie beside them: an event tells that there is something
/// new, hardly ever what, and nothing of others that want the same name.
extension Writing {
  /// Completes the films of a batch by what their folder shows, and takes in those others that want
  /// one of their names, so that it is settled between them as in a listing.
  func complete(_ batch: Batch) throws(Failure) {
    guard batch.isTold else { return }
    let told = batch.told
    do throws(Failure) {
      let wanted = told.map { Path(batch.run(batch.films[$0].path)) }
      let isOpen = batch.films.contains { $0.fate == .open }
      if isOpen, let lookout = try watch(),
        let view = try lookout.look(into: Path(batch.folder.bytes), for: wanted)
      {
        for place in told { try complete(place, of: batch, lookout, view) }
        leaveSmall(told, batch)
        try gather(into: batch, lookout, view)
      }
    } catch {
      for place in told where batch.films[place].fate == .open { batch.fail(place, error) }
    }
    leaveSmall(told, batch)
  }

  private func leaveSmall(_ told: [Int], _ batch: Batch) {
    for place in told where batch.films[place].fate == .open {
      let size = batch.films[place].size
      if size >= 0, size < terms.least { batch.films[place].fate = .small }
    }
  }

  private func watch() throws(Failure) -> Lookout? {
    if let lookout { return lookout }
    guard let root = terms.from ?? head?.root else { return nil }
    let made = Lookout(try open(root))
    lookout = made
    return made
  }

  private func complete(
    _ place: Int, of batch: Batch, _ lookout: Lookout, _ view: Lookout.View
  ) throws(Failure) {
    let path = Path(batch.run(batch.films[place].path))
    do throws(Failure) {
      if let file = try lookout.file(path, in: view) {
        batch.set(place, file, terms)
      } else {
        batch.films[place].fate = .gone
      }
    } catch {
      batch.fail(place, error)
    }
  }

  /// Takes in the films of a folder that want the name of one that an event names; all of them, if
  /// it is that of a disc.
  private func gather(
    into batch: Batch, _ lookout: Lookout, _ view: Lookout.View
  ) throws(Failure) {
    var names: Set<UInt64> = []
    var own: Set<Path> = []
    for film in batch.films where film.fate == .open {
      names.insert(wish(for: batch.run(film.name)))
      own.insert(Path(batch.run(film.path)))
    }
    if names.isEmpty { return }
    let all = isDisc(batch)
    try add(view, to: batch, lookout) { path in
      if own.contains(path) { return false }
      return all || names.contains(self.wish(for: path.name))
    }
  }

  /// Adds the films of a view that are meant.
  private func add(
    _ view: Lookout.View, to batch: Batch, _ lookout: Lookout,
    _ isMeant: (Path) -> Bool
  ) throws(Failure) {
    let filter = try filter()
    for file in view.files {
      let isOne = file.path.bytes.withUnsafeBytes { isFilm($0) && filter.passes($0) }
      guard isOne, isMeant(file.path), let file = try lookout.file(file.path, in: view),
        file.size >= terms.least
      else { continue }
      try prepare()
      batch.add(file, terms)
    }
  }

  func filter() throws(Failure) -> Filter {
    guard let head else { return Filter() }
    do throws(Pattern.Flaw) { return try Filter(rules: head.filters) } catch {
      throw Failure(.data, "filters", error.reason)
    }
  }

  /// A number that two films of a folder share if they want the same .strm.
  private func wish(for name: UnsafeRawBufferPointer) -> UInt64 {
    scratch.clear()
    terms.naming.append(name, to: scratch)
    return Folded.hash(scratch.bytes)
  }

  private func wish(for name: Path) -> UInt64 { name.bytes.withUnsafeBytes { wish(for: $0) } }

  /// Gives the name of a film that an event says is gone to another one of its folder that wants
  /// it: what is told of the old film deletes then nothing of the new one's.
  func succeed(_ event: Record) throws(Failure) {
    let path = event.ownPath
    guard !isListing, path.objection == nil, path.bytes.withUnsafeBytes({ isFilm($0) }),
      try rootObjection(event) == nil
    else { return }
    let folder = path.parent
    do throws(Failure) {
      guard let lookout = try watch() else { return }
      // What was seen before it went says nothing.
      if lookout.remembers(path) { lookout.forget() }
      guard let view = try lookout.look(into: folder, for: []), view.places[path] == nil
      else { return }
      let name = wish(for: path.name)
      let batch = folder.bytes.withUnsafeBytes { enter($0) }
      if batch.isJunk || isDisc(batch) { return }
      try add(view, to: batch, lookout) { self.wish(for: $0.name) == name }
    } catch {
      // Another film may have the right to the name, and whoever deletes knows nothing of it.
      failures += 1
      return try section.hole(path, kind: .failed(error.kind), reason: error.message)
    }
    try settle()
  }
}
