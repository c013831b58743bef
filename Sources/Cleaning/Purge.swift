internal import Core
internal import Records
internal import Store
internal import System
internal import Values

/// Removes files of a store: each is looked at once more, then they go in batches.
///
/// Looking takes as long as deleting, so many are looked at at once, and what became of a file is
/// known later than it was asked for.
final class Purge: Remover {
  private struct Item {
    var path: Path
    var tell: Telling
  }

  private let store: any Store
  private let trash: (any Store)?
  private let isDry: Bool
  private var underWay = 0
  private var batch: [Item] = []
  /// Why what became of a file could not be told.
  private var trouble: Failure?

  init(_ store: any Store, trash: (any Store)?, isDry: Bool) {
    self.store = store
    self.trash = trash
    self.isDry = isDry
  }

  func remove(
    _ path: Path, _ evidence: Evidence, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    if let objection = path.objection { return try tell(.kept(.refused, objection)) }
    // A store has no folders but those that the paths of its files lead through.
    if path.isFolder { return try tell(.removed) }
    try begin(Item(path: path, tell: tell), evidence, dry: dry)
  }

  func removeTree(
    _ path: Path, _ ration: Ration, dry: Bool, _ tell: @escaping Telling
  ) throws(Failure) {
    let felling = Felling(tell)
    let found = Spool()
    var wish = ListWish()
    wish.start = path
    try store.list(wish) { (listed) throws(Failure) in
      switch listed {
      case .file(let file):
        guard file.path.starts(with: path.bytes), !Ascent.look(at: file.path).isReserved else {
          return
        }
        try found.append { writer in
          writer.begin(.entry)
          writer.members(of: file)
          writer.end()
        }
      case .hole(let hole, let failure):
        guard Path(hole).isWithin(path) || path.isWithin(Path(hole)) else { return }
        felling.keep(.kept(failure.kind, failure.reason))
      case .folder: return
      }
    }
    try found.forEach { (record) throws(Failure) in
      if Interrupt.isRequested { felling.keep(.kept(.later, "the run was stopped")) }
      if Interrupt.isRequested { return false }
      if let objection = try ration.take() {
        felling.keep(objection)
        return true
      }
      felling.count += 1
      let item = Item(path: record.ownPath) { (fate) throws(Failure) in
        ration.settle(fate)
        try felling.fell(fate)
      }
      try begin(item, Evidence(), dry: dry)
      return true
    }
    try felling.fell(found.count == 0 ? .gone : .removed)
  }

  func prune() {}

  /// Sends what waits, and waits for all answers.
  func settle() throws(Failure) {
    repeat {
      while underWay > 0 { try store.loop.turn(mayWait: true) }
      send()
    } while underWay > 0
    if let trouble {
      self.trouble = nil
      throw trouble
    }
  }

  func finish() throws(Failure) { try settle() }

  // MARK: The way of a file

  private func begin(_ item: Item, _ evidence: Evidence, dry: Bool) throws(Failure) {
    while underWay >= max(store.abilities.width, 1) { try store.loop.turn(mayWait: true) }
    if let trouble { throw trouble }
    underWay += 1
    store.stat(item.path) { [self] answer in
      underWay -= 1
      switch answer {
      case .failure(let failure): tell(item, Fate(failure))
      case .success(let object):
        if let objection = evidence.objection(to: object) {
          tell(item, .kept(.later, objection))
        } else if isDry || dry {
          tell(item, .removed)
        } else if let trash {
          keep(item, object, trash, 0)
        } else {
          add(item)
        }
      }
    }
  }

  /// Copies a file to the trash, under its own name or the first free one with a number.
  private func keep(_ item: Item, _ object: Object, _ trash: any Store, _ number: Int) {
    let suffix = number == 0 ? [] : Array(".\(number)".utf8)
    let name = Path(item.path.bytes + suffix)
    underWay += 1
    trash.stat(name) { [self] found in
      underWay -= 1
      switch found {
      case .success: keep(item, object, trash, number + 1)
      case .failure(let failure):
        guard failure.kind == .absent else {
          return tell(item, .kept(failure.kind, "the trash: \(failure.reason)"))
        }
        copy(item, object, trash, name)
      }
    }
  }

  private func copy(_ item: Item, _ object: Object, _ trash: any Store, _ name: Path) {
    var parcel = Parcel(name, .bytes([]), size: object.size)
    parcel.mtime = object.mtime
    parcel.origin = Fingerprint(size: object.size, etag: object.etag)
    underWay += 1
    trash.copy(item.path, of: store, to: parcel) { [self] answer in
      underWay -= 1
      switch answer {
      case .success: add(item)
      case .failure(let failure):
        tell(item, .kept(failure.kind, "it could not be put into the trash: \(failure.reason)"))
      }
    }
  }

  private func add(_ item: Item) {
    batch.append(item)
    if batch.count >= max(store.abilities.deletes, 1) { send() }
  }

  private func send() {
    let items = batch
    batch = []
    if items.isEmpty { return }
    if Interrupt.isRequested {
      for item in items { tell(item, .kept(.later, "the run was stopped")) }
      return
    }
    underWay += 1
    store.delete(items.map(\.path)) { [self] failures in
      underWay -= 1
      for (place, item) in items.enumerated() {
        tell(item, place < failures.count ? failures[place].map(Fate.init) ?? .removed : .unknown)
      }
    }
  }

  private func tell(_ item: Item, _ fate: Fate) {
    do throws(Failure) { try item.tell(fate) } catch { trouble = trouble ?? error }
  }
}

/// What became of a folder in a store, once it is known of all that it holds.
private final class Felling {
  private let tell: Telling
  private var kept: Fate?
  /// How many are not known yet: the folder itself is one.
  var count = 1

  init(_ tell: @escaping Telling) { self.tell = tell }

  func keep(_ fate: Fate) { kept = kept ?? fate }

  func fell(_ fate: Fate) throws(Failure) {
    if !fate.isOK { keep(fate) }
    count -= 1
    if count == 0 { try tell(kept ?? fate) }
  }
}

extension Fate {
  /// It could not be done because of what a store says.
  fileprivate init(_ failure: Failure) {
    self = failure.kind == .absent ? .gone : .kept(failure.kind, failure.reason)
  }

  fileprivate static let unknown = Fate.kept(.bug, "the store did not say what became of it")
}
