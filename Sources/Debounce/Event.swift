package import Values

/// A record that speaks of a path, as far as it matters to what else is held.
package struct Event: Equatable, Sendable {
  package enum Name: String, Sendable {
    case create, write, chmod, remove, rename
    /// No event but an entry: the file as it is.
    case entry
  }

  package var name: Name
  package var root: Path?
  package var path: Path
  /// The new path of a rename.
  package var to: Path?
  /// The record itself.
  package var line: [UInt8]

  package init(
    _ name: Name, root: Path? = nil, path: Path, to: Path? = nil, line: [UInt8] = []
  ) {
    self.name = name
    self.root = root
    self.path = path
    self.to = to
    self.line = line
  }
}

/// A record to be written: a line that came in, byte for byte unless some of it is told otherwise.
package struct Told: Equatable, Sendable {
  package var line: [UInt8]
  package var name: Event.Name?
  package var path: Path?

  package init(_ line: [UInt8], as name: Event.Name? = nil, at path: Path? = nil) {
    self.line = line
    self.name = name
    self.path = path
  }
}

/// What becomes of an event that is held when another one arrives at the same path.
///
///     held \ next  create    write     chmod     remove
///     create       next      create¹   held      next
///     write        next      next      held      next
///     chmod        next      next      next      next
///     remove       next²     next²     both      next
///
///     next   the next one takes the place of the one that is held
///     held   the one that is held stays, and counts as seen now
///     both   the one that is held is written, and the next one held
///     ¹      the next one's record, told as a create
///     ²      of a folder: both
///
/// Why create and remove become a remove and not nothing: what was there before may have been
/// replaced by the file that came and went. For the same reason nothing that was seen at a path
/// ends without a word about that path.
///
/// Why a held chmod never comes out of it: whoever copies a file copies it with its mode. Why the
/// removal of a folder is not merged with what follows: it speaks of all that lay below.
enum Merge: Equatable {
  case next, nextAsCreate, held, both

  static func of(_ held: Event.Name, _ next: Event.Name, isFolder: Bool) -> Merge {
    switch (held, next) {
    case (.create, .write): .nextAsCreate
    case (.create, .chmod), (.write, .chmod): .held
    case (.remove, .chmod): .both
    case (.remove, .create), (.remove, .write): isFolder ? .both : .next
    case (.entry, .entry), (.entry, .remove): .next
    case (.entry, _), (_, .entry), (.rename, _), (_, .rename): .both
    case (.create, _), (.write, _), (.chmod, _), (.remove, _): .next
    }
  }
}
