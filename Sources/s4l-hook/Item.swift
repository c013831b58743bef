import Core
import Records
import Tasks
import Values

/// One thing that a request wants published: a folder with the prefix below which its files go, or
/// a file with its key.
struct Item: Equatable {
  var from: Path
  /// Without slashes around it.
  var to: Path
  var deletesSource: Bool?
  var overwrites: Bool?

  /// Reads the items of a body: a list of them, or a single one.
  static func list(_ body: [UInt8]) throws(Failure) -> [Item] {
    let document = try JSON(parsing: body)
    let items = document.list ?? [document]
    if items.isEmpty { throw Item.flaw("there are no items") }
    return try items.enumerated().map { (place, item) throws(Failure) in
      do throws(Failure) { return try Item(item) } catch {
        throw Failure(error.kind, "item \(place + 1)", error.reason)
      }
    }
  }

  /// What a member can mean. Letter case, `_` and `-` do not count in its name.
  fileprivate enum Meaning {
    case from, to, deletesSource, overwrites

    init?(_ name: String) {
      let known =
        Meaning.plain(name)
        ?? Meaning.plain(name.lowercased().filter { $0 != "_" && $0 != "-" })
      guard let known else { return nil }
      self = known
    }

    private static func plain(_ name: String) -> Meaning? {
      switch name {
      case "from", "folderpath", "folder", "path", "source", "src": .from
      case "to", "prefix", "key", "target", "destination", "dest", "dst": .to
      case "deleteaftersync": .deletesSource
      case "overwrite": .overwrites
      default: nil
      }
    }
  }
}

extension Item {
  /// Nothing is guessed: a member that is not known, or says again what another says, is a mistake
  /// that might cost somebody his files.
  fileprivate init(_ document: JSON) throws(Failure) {
    guard let fields = document.fields else { throw Item.flaw("an item is no object") }
    var (from, to, deletes, overwrites): (JSON?, JSON?, JSON?, JSON?)
    for field in fields {
      guard let meaning = Meaning(field.name) else {
        throw Item.flaw("an item has a member that is not known")
      }
      let known: JSON?
      switch meaning {
      case .from: (known, from) = (from, field.value)
      case .to: (known, to) = (to, field.value)
      case .deletesSource: (known, deletes) = (deletes, field.value)
      case .overwrites: (known, overwrites) = (overwrites, field.value)
      }
      if known != nil { throw Item.flaw("an item says something twice") }
    }
    guard let from = from?.text, let to = to?.text else {
      throw Item.flaw("an item lacks its source or its target")
    }
    self.from = Path(text: from)
    do { self.to = try FileSync.key(Path(text: to)) } catch {
      throw Item.flaw("a target is no key: \(error.reason)")
    }
    deletesSource = try Item.flag(deletes)
    self.overwrites = try Item.flag(overwrites)
    guard self.from.isAbsolute, !self.from.bytes.contains(0) else {
      throw Item.flaw("a source is no absolute path")
    }
  }

  private static func flag(_ value: JSON?) throws(Failure) -> Bool? {
    guard let value, value != .null else { return nil }
    guard let flag = value.flag else { throw flaw("a flag is neither true nor false") }
    return flag
  }

  static func flaw(_ reason: String) -> Failure { Failure(.data, "", reason) }
}

/// What is asked for, as a worker understands it.
extension Item {
  /// The same bytes for the same wish, whatever is found at the source.
  var wish: [UInt8] {
    var sync = FileSync(from, to: to)
    sync.deletesSources = deletesSource
    sync.overwrites = overwrites ?? false
    return sync.payload
  }

  /// With the source at the place that it really has.
  func sync(_ source: Source) throws(Failure) -> FileSync {
    var sync: FileSync
    switch source {
    case .folder(let path): sync = FileSync(path, to: to)
    case .file(let path):
      if to.isEmpty { throw Item.flaw("a file lacks its key") }
      sync = FileSync()
      sync.pairs = [FileSync.Pair(path, to: to)]
    }
    sync.deletesSources = deletesSource
    sync.overwrites = overwrites ?? false
    return sync
  }
}
