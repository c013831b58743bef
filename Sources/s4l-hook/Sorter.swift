import Core
import Records
import Values

/// Decides whose a change is, and writes it as an event of theirs.
struct Sorter: Sendable {
  let feeds: [Feed]

  /// What became of a message.
  struct Tally: Equatable {
    /// The feeds that got anything, by their place.
    var feeds: Set<Int> = []
    /// Changes that are nobody's.
    var ignored = 0
    /// Jobs that are inside of what was changed.
    var above: [String] = []
    var flaws: [String] = []
  }

  /// Adds the events of a message to the lines of the feeds that they are for. `job` is the one
  /// that the request names, over whichever its body does.
  func sort(
    _ message: Message, for job: String?, into lines: (Int) -> Buffer
  ) throws(Failure) -> Tally {
    var tally = Tally()
    tally.flaws = message.flaws
    let wanted = try (job ?? message.job).map { (id) throws(Failure) in
      guard let place = feeds.firstIndex(where: { $0.job == id }) else {
        throw Item.flaw("there is no job of this id: \(Path(text: id))")
      }
      return place
    }
    for change in message.changes {
      do throws(Failure) { try sort(change, wanted, lines, &tally) } catch {
        tally.flaws.append(error.reason)
      }
    }
    return tally
  }

  private func sort(
    _ change: Message.Change, _ wanted: Int?, _ lines: (Int) -> Buffer, _ tally: inout Tally
  ) throws(Failure) {
    let isFolder = change.isFolder || change.path.bytes.last == Path.slash
    let old = try settled(change.path, wanted)
    var new: Path?
    if case .rename(let to) = change.form { new = try settled(to, wanted) }
    let before = places(of: old, wanted)
    let after = new.map { places(of: $0, wanted) } ?? []
    if before.isEmpty, after.isEmpty {
      tally.ignored += 1
      for feed in feeds where [old, new].contains(where: { $0.map(feed.prefix.isWithin) == true }) {
        tally.above.append(feed.job)
      }
    }
    for place in before where !after.contains(place) {
      let form = new == nil ? change.form : .remove
      write(form, old, nil, isFolder, place, lines(place))
    }
    for place in after {
      if before.contains(place) {
        write(change.form, old, new, isFolder, place, lines(place))
      } else if let new {
        write(.create, new, nil, isFolder, place, lines(place))
      }
    }
    tally.feeds.formUnion(before + after)
  }

  /// A path that is not absolute lies below the root of the job, if that is known.
  private func settled(_ path: Path, _ wanted: Int?) throws(Failure) -> Path {
    guard let wanted, !path.isAbsolute else { return try path.settled() }
    return try feeds[wanted].prefix.appending(path).settled()
  }

  /// The feeds that a path is for: those with the longest prefix that leads to it.
  private func places(of path: Path, _ wanted: Int?) -> [Int] {
    if path.isReserved { return [] }
    if let wanted { return feeds[wanted].owns(path) ? [wanted] : [] }
    var found: [Int] = []
    var longest = 0
    for (place, feed) in feeds.enumerated() where feed.owns(path) {
      let length = feed.prefix.bytes.count
      if length > longest { found = [] }
      if length >= longest { found.append(place) }
      longest = max(longest, length)
    }
    return found
  }

  private func write(
    _ form: Message.Change.Form, _ path: Path, _ to: Path?, _ isFolder: Bool, _ place: Int,
    _ out: Buffer
  ) {
    let feed = feeds[place]
    let writer = Writer(out)
    writer.begin(.event)
    writer.add(.root, name: feed.root)
    writer.add(.path, name: Sorter.name(feed.own(path), isFolder))
    switch form {
    case .create: writer.add(.event, "create")
    case .write: writer.add(.event, "write")
    case .remove: writer.add(.event, "remove")
    case .chmod: writer.add(.event, "chmod")
    case .rename: writer.add(.event, "rename")
    }
    if let to { writer.add(.to, name: Sorter.name(feed.own(to), isFolder)) }
    writer.end()
  }

  private static func name(_ path: Path?, _ isFolder: Bool) -> Path {
    guard let path else { return Path() }
    return isFolder ? Path(path.bytes + [Path.slash]) : path
  }
}
