internal import Values

/// Events that are held until it is quiet at their paths, and become fewer meanwhile.
///
/// Of one path at most one event is held; `Merge` says which. Beyond that:
///
/// - The removal of a folder drops what is held below it.
/// - A rename lets what is held under either of its paths go first, and is then held itself, under
///   both. Whatever is then seen under one of them lets the rename go first. So a rename comes out
///   between just those records that it came in between.
/// - The next rename may take it on, if nothing else was seen: a → b, b → c become a → c and the
///   removal of b, which may have held something before.
/// - The rename of a file whose create is held makes it the create of the new path and the removal
///   of the old one. A file that is written beside its target and renamed into place is then one
///   create.
///
/// Whoever applies what comes out ends up where they would have with all that went in. Records of
/// one path keep their order.
package struct EventPool {
  private struct Held {
    var told: Told
    var name: Event.Name
    var root: Path?
    var places: [Place]
    var path: Path

    /// What it takes to hold it, roughly.
    var size: Int { told.line.count + 256 * places.count }
  }

  /// No more is held than so many events, nor than so many bytes of them.
  package struct Limit: Sendable {
    package var events: Int
    package var bytes: Int

    package init(events: Int, bytes: Int) {
      self.events = events
      self.bytes = bytes
    }
  }

  private let limit: Limit
  private var pool: Pool<Held>
  private var places = Places()
  private var renames = 0
  /// The moment of what is seen now, and what it makes us tell.
  private var now: Int64 = 0
  private var told: [Told] = []
  /// Whether something had to go early because there was no more room.
  package private(set) var wasFull = false

  package init(quiet: Int64, most: Int64, limit: Limit) {
    pool = Pool(quiet: quiet, most: most)
    self.limit = limit
  }

  package var count: Int { pool.count }

  /// When `tick` will have something to tell; nil if never.
  package mutating func due() -> Int64? { pool.due() }

  /// Takes an event, and tells what has to go first.
  package mutating func saw(_ event: Event, at now: Int64) -> [Told] {
    self.now = now
    told = []
    if event.name == .rename, let to = event.to {
      rename(event, to)
    } else {
      change(event)
    }
    while pool.count > limit.events || pool.size > limit.bytes, let eldest = pool.eldest() {
      wasFull = true
      told += take(eldest).map { [$0] } ?? []
    }
    return told
  }

  /// Tells what has been quiet for long enough.
  package mutating func tick(at now: Int64) -> [Told] {
    var due: [(order: Int, told: Told)] = []
    while let next = pool.next(at: now) {
      let order = pool.order(of: next)
      if let told = take(next) { due.append((order, told)) }
    }
    return due.sorted { $0.order < $1.order }.map(\.told)
  }

  /// Tells all that is held.
  package mutating func flush() -> [Told] { release(pool.all) }

  /// Tells what a record that is not held must not overtake: all that is held at its path, above it
  /// and below it.
  package mutating func yield(to place: Place) -> [Told] { release(around(place)) }
}

// MARK: What arrives

extension EventPool {
  private mutating func change(_ event: Event) {
    let place = Place(event.path, below: event.root)
    if renames > 0 { told += release(around(place).filter { pool[$0]?.name == .rename }) }
    let found = places.pair(at: place)
    if let twin = found.twin { told += release([twin]) }
    if event.name == .remove, place.isFolder {
      for below in places.beneath(place) { _ = take(below) }
    }
    let new = Held(
      told: Told(event.line), name: event.name, root: event.root, places: [place],
      path: event.path)
    // What was found may just have gone, before its twin.
    guard let identifier = found.own, let held = pool[identifier] else { return hold(new) }
    switch Merge.of(held.name, event.name, isFolder: place.isFolder) {
    case .next: pool.replace(identifier, new, size: new.size, at: now)
    case .nextAsCreate:
      var new = new
      new.name = .create
      new.told.name = .create
      pool.replace(identifier, new, size: new.size, at: now)
    case .held: pool.replace(identifier, held, size: held.size, at: now)
    case .both:
      told += release([identifier])
      hold(new)
    }
  }

  private mutating func rename(_ event: Event, _ to: Path) {
    let from = Place(event.path, below: event.root)
    let target = Place(to, below: event.root)
    let isKnot = from.touches(target)
    if !isKnot, let identifier = places[from], let held = pool[identifier],
      held.root == event.root
    {
      if held.name == .create, !from.isFolder, !target.isFolder {
        return arrive(held, event, to)
      }
      if held.name == .rename, held.places[1] == from, !held.places[0].touches(target) {
        told += release(around(target))
        return takeOn(identifier, held, event, target)
      }
    }
    told += release(around(from) + around(target))
    // What is renamed into itself, or out of it, is nothing that could be held under two paths.
    if isKnot { return told.append(Told(event.line)) }
    hold(
      Held(
        told: Told(event.line), name: .rename, root: event.root, places: [from, target],
        path: event.path))
  }

  /// A file that was just created gets its name.
  private mutating func arrive(
    _ held: Held, _ event: Event, _ to: Path
  ) {
    change(Event(.create, root: event.root, path: to, line: held.told.line))
    retell(Place(to, below: event.root), Told(held.told.line, as: .create, at: to))
    leave(event)
  }

  /// A rename whose target is renamed goes all the way; what it went through is gone.
  private mutating func takeOn(
    _ identifier: Int, _ held: Held, _ event: Event, _ target: Place
  ) {
    var whole = held
    whole.told = Told(event.line, at: held.path)
    whole.places[1] = target
    places[held.places[1]] = nil
    places[target] = identifier
    pool.replace(identifier, whole, size: whole.size, at: now)
    leave(event)
  }

  /// The old path of a rename, told as a removal.
  private mutating func leave(_ event: Event) {
    change(
      Event(.remove, root: event.root, path: event.path, line: event.line))
    retell(
      Place(event.path, below: event.root), Told(event.line, as: .remove, at: event.path))
  }

  private mutating func retell(_ place: Place, _ told: Told) {
    guard let identifier = places[place], var held = pool[identifier] else { return }
    held.told = told
    pool.amend(identifier, held)
  }
}

// MARK: What is held

extension EventPool {
  private mutating func hold(_ held: Held) {
    let identifier = pool.add(held, size: held.size, at: now)
    for place in held.places { places[place] = identifier }
    if held.name == .rename { renames += 1 }
  }

  private mutating func take(_ identifier: Int) -> Told? {
    guard let held = pool.remove(identifier) else { return nil }
    for place in held.places { places[place] = nil }
    if held.name == .rename { renames -= 1 }
    return held.told
  }

  /// All that is held at a place, above it and below it.
  private func around(_ place: Place) -> [Int] {
    let found = places.pair(at: place)
    return [found.own, found.twin].compactMap { $0 } + places.above(place)
      + places.beneath(place)
  }

  /// Takes these out, in the order in which they were last seen, and before each the removals above
  /// it that came earlier.
  private mutating func release(_ identifiers: [Int]) -> [Told] {
    var all = Set(identifiers)
    for identifier in identifiers {
      for above in (pool[identifier]?.places ?? []).flatMap({ places.above($0) })
      where pool[above]?.name == .remove && pool.order(of: above) < pool.order(of: identifier) {
        all.insert(above)
      }
    }
    return all.sorted { pool.order(of: $0) < pool.order(of: $1) }.compactMap { take($0) }
  }
}
