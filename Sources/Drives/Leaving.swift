package import Core
internal import Store
internal import System
package import Values

/// A name of ours beside the place of a file: of one that is not there whole yet, or of the version
/// before it, which has stepped aside.
///
/// It says when it was made, as the times that a service tells are often those of the files. And
/// what has stepped aside says what it was called: if its place is empty, it is the only copy.
package struct Leaving {
  private static let draft = ".s4l-put-"
  private static let aside = ".s4l-old-"
  /// The longest name that drives take.
  private static let longest = 255

  /// The second in which it was made, by the clock of whoever made it.
  let begun: Int64
  let isAside: Bool
  /// What it was called; nil if that is not known.
  let name: [UInt8]?

  /// For a file that is on its way to a path.
  package static func draft(for path: Path) -> Path { make(draft, path, []) }

  /// For a file that is to make room.
  package static func aside(for path: Path) -> Path {
    let whole = make(aside, path, Array("-".utf8) + path.name.bytes)
    return whole.name.bytes.count <= longest ? whole : make(aside, path, [])
  }

  private static func make(_ start: String, _ path: Path, _ end: [UInt8]) -> Path {
    let moment = String(Clock.now().seconds, radix: 36)
    let salt = String(UInt64.random(in: 0 ... .max), radix: 36)
    return Path(path.parent.bytes + Array("\(start)\(moment)-\(salt)".utf8) + end)
  }

  /// Nil for a name that is none of these.
  init?(_ name: [UInt8]) {
    isAside = name.starts(with: Leaving.aside.utf8)
    guard isAside || name.starts(with: Leaving.draft.utf8) else { return nil }
    let parts = name.dropFirst(Leaving.draft.utf8.count)
      .split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, let text = String(validating: parts[0], as: UTF8.self),
      let begun = Int64(text, radix: 36)
    else { return nil }
    self.begun = begun
    self.name = isAside && parts.count == 3 && !parts[2].isEmpty ? Array(parts[2]) : nil
  }
}

extension Drive {
  /// Removes what runs have left that were killed before a moment; tells how much that was. What
  /// stands aside for a file that is not there gets its name back, which replaces nothing; `settle`
  /// is told that, or nil for what is to be removed. Where there is doubt it stays.
  package func sweepLeavings(
    before moment: Timestamp,
    _ settle: (Path, _ to: Path?, _ then: @escaping (Failure?) -> Void) -> Void
  ) throws(Failure) -> Int {
    var found: [Path] = []
    var wish = ListWish()
    wish.jobs = abilities.width
    wish.depth = abilities.depth
    wish.tellsReserved = true
    do {
      try list(wish) { listed in
        guard case .file(let view) = listed else { return }
        let path = Path(view.path)
        guard let leaving = Leaving(path.name.bytes), leaving.begun <= moment.seconds else {
          return
        }
        found.append(path)
      }
    } catch {
      // Where there is no folder nothing was left.
      if error.kind == .absent, error.subject.isEmpty { return 0 }
      throw error
    }
    var count = 0
    for path in found where try sweep(path, settle) { count += 1 }
    return count
  }

  /// Whether it is gone.
  private func sweep(
    _ path: Path, _ settle: (Path, _ to: Path?, _ then: @escaping (Failure?) -> Void) -> Void
  ) throws(Failure) -> Bool {
    guard let leaving = Leaving(path.name.bytes) else { return false }
    if leaving.isAside {
      guard let name = leaving.name else { return false }
      let place = Path(path.parent.bytes + name)
      do throws(Failure) { _ = try look(place) } catch {
        guard error.kind == .absent else { return false }
        return try done { settle(path, place, $0) }
      }
    }
    return try done { settle(path, nil, $0) }
  }

  private func done(
    _ ask: (_ then: @escaping (Failure?) -> Void) -> Void
  ) throws(Failure) -> Bool {
    var answer: Failure??
    ask { answer = .some($0) }
    try loop.run { answer != nil }
    return answer == .some(nil)
  }
}
