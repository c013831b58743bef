package import Core
internal import Records
package import Store
package import System
internal import Glibc
package import Values

/// A store that is a dictionary: it keeps the contract of `Store`, remembers what it was asked, and
/// goes wrong where it is told to.
package final class MemoryStore: Store {
  package struct File {
    package var bytes: [UInt8]
    package var mtime: Timestamp?
    package var stored = Timestamp(seconds: 1_795_197_731)
    package var etag: [UInt8]

    package init(_ bytes: [UInt8], mtime: Timestamp? = nil, etag: String) {
      self.bytes = bytes
      self.mtime = mtime
      self.etag = Array(etag.utf8)
    }
  }

  package let location: Path
  package let loop: Loop
  package var abilities = Abilities()
  package var files: [Path: File] = [:]
  /// What a listing says of places that cannot be looked at.
  package var holes: [Path: Failure] = [:]
  /// What every question about a path fails with.
  package var failures: [Path: Failure] = [:]
  /// The listing breaks off before this path.
  package var breaksOff: (before: Path, with: Failure)?
  /// Paths that are listed first, whatever the order.
  package var listedFirst: [Path] = []
  /// Called before a file is looked at, so that it can change meanwhile.
  package var beforeLook: (Path) -> Void = { _ in }
  /// What it was asked, in order: `stat a`, `delete a b`.
  package private(set) var asked: [String] = []
  package private(set) var mostUnderWay = 0
  private var underWay = 0
  private var versions = 0

  package init(_ location: String, _ loop: Loop) {
    self.location = Path(text: location)
    self.loop = loop
  }

  package func add(_ name: String, size: Int = 3, mtime: Timestamp? = nil) {
    add(Path(text: name), [UInt8](repeating: 120, count: size), mtime: mtime)
  }

  package func add(_ path: Path, _ bytes: [UInt8], mtime: Timestamp? = nil) {
    versions += 1
    files[path] = File(bytes, mtime: mtime, etag: "v\(versions)")
  }

  package var names: [String] { files.keys.sorted().map { "\($0)" } }

  /// Answers in a later turn.
  private func answer<Answer>(
    _ question: String, _ body: @escaping () -> Answer, _ then: @escaping (Answer) -> Void
  ) {
    asked.append(question)
    underWay += 1
    mostUnderWay = max(mostUnderWay, underWay)
    loop.after(0) { [self] in
      underWay -= 1
      then(body())
    }
  }

  package func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    asked.append("list")
    var told: Path?
    let rest = (Array(files.keys) + Array(holes.keys)).filter { !listedFirst.contains($0) }
    for path in listedFirst + rest.sorted() where path.bytes.starts(with: wish.start.bytes) {
      if let breaksOff, breaksOff.before <= path { throw breaksOff.with }
      let rest = path.bytes.dropFirst(wish.start.bytes.count)
      if wish.isFlat, let slash = rest.firstIndex(of: Path.slash) {
        let folder = Path(path.bytes[...slash])
        if folder != told { try MemoryStore.tell(folder, each) { .folder($0) } }
        told = folder
        continue
      }
      if let failure = holes[path] {
        try MemoryStore.tell(path, each) { .hole($0, failure) }
      } else if let file = files[path] {
        try tell(path, file, wish, each)
      }
    }
    if let breaksOff, breaksOff.before > (files.keys.max() ?? Path()) { throw breaksOff.with }
  }

  private static func tell(
    _ path: Path, _ each: (Listed) throws(Failure) -> Void,
    _ listed: (UnsafeRawBufferPointer) -> Listed
  ) throws(Failure) {
    try path.bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try each(listed(UnsafeRawBufferPointer(bytes)))
    }
  }

  private func tell(
    _ path: Path, _ file: File, _ wish: ListWish, _ each: (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    try path.bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try file.etag.withUnsafeBufferPointer { (etag) throws(Failure) in
        var view = Listed.View(path: UnsafeRawBufferPointer(bytes), size: file.bytes.count)
        if wish.isDetailed { view.mtime = file.mtime }
        view.stored = file.stored
        view.etag = UnsafeRawBufferPointer(etag)
        try each(.file(view))
      }
    }
  }

  private func object(_ path: Path) -> Result<Object, Failure> {
    beforeLook(path)
    if let failure = failures[path] { return .failure(failure) }
    guard let file = files[path] else { return .failure(Failure(.absent, "", "no such file")) }
    var object = Object(size: file.bytes.count)
    object.mtime = file.mtime
    object.stored = file.stored
    object.etag = file.etag
    return .success(object)
  }

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    answer("stat \(path)", { [self] in object(path) }, then)
  }

  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    answer(
      "put \(parcel.path)",
      { [self] in
        var bytes: [UInt8]
        switch parcel.content {
        case .bytes(let given): bytes = given
        case .file(let file):
          bytes = [UInt8](repeating: 0, count: parcel.size)
          let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
          bytes.removeLast(parcel.size - max(count, 0))
        }
        return take(parcel, bytes)
      }, then)
  }

  private func take(_ parcel: Parcel, _ bytes: [UInt8]) -> Result<Receipt, Failure> {
    if let failure = failures[parcel.path] { return .failure(failure) }
    guard bytes.count == parcel.size, parcel.isUnchanged() else {
      return .failure(Failure(.later, "", "it was changed while it was read"))
    }
    switch (parcel.condition, object(parcel.path)) {
    case (.absent, .success): return .failure(Failure(.later, "", "it is there"))
    case (.unchanged, .failure): return .failure(Failure(.later, "", "it is gone"))
    case (.unchanged(let seen), .success(let found)):
      if let objection = found.objection(against: seen) {
        return .failure(Failure(.later, "", objection))
      }
    case (.anything, _), (.absent, .failure): break
    }
    parcel.moved(bytes.count)
    add(parcel.path, bytes, mtime: parcel.mtime)
    let etag = files[parcel.path]?.etag
    return .success(
      Receipt(
        Fingerprint(size: bytes.count, mtime: parcel.mtime, etag: etag),
        isConfirmed: abilities.keepsDigests))
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    answer(
      "get \(pickup.path)",
      { [self] in
        switch object(pickup.path) {
        case .failure(let failure): return .failure(failure)
        case .success(let found):
          if let objection = found.objection(against: pickup.listed) {
            return .failure(Failure(.later, "", objection))
          }
          let bytes = files[pickup.path]?.bytes ?? []
          _ = bytes.withUnsafeBytes { pwrite(pickup.file, $0.baseAddress, $0.count, 0) }
          pickup.moved(bytes.count)
          return .success(
            Receipt(
              Fingerprint(size: found.size, mtime: found.mtime, etag: found.etag),
              isConfirmed: pickup.verifies))
        }
      }, then)
  }

  package func copies(from other: any Store) -> Bool { other is MemoryStore }

  package func copy(
    _ path: Path, of other: any Store, to parcel: Parcel,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    answer(
      "copy \(path)",
      { [self] in
        guard let file = (other as? MemoryStore)?.files[path] else {
          return .failure(Failure(.absent, "", "no such file"))
        }
        return take(parcel, file.bytes)
      }, then)
  }

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    answer(
      "delete \(paths.map { "\($0)" }.joined(separator: " "))",
      { [self] in
        paths.map { path in
          if let failure = failures[path] { return failure }
          files[path] = nil
          return nil
        }
      }, then)
  }
}
