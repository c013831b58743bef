internal import Core
internal import Glibc
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Files that lie below a mount, and behind it in a store.
///
/// The mount is asked first for bytes: it is near, and has them in its cache. But it may fail, hang
/// or show what is long past, so the store is asked for all the rest. Where there is no store, the
/// mount has to do for everything.
final class Mounted: Store {
  let location: Path
  let loop: Loop
  private let ferry: Ferry
  private let store: (any Store)?
  private let log: Log
  private var hasWarned = false

  init(_ mount: Path, stall: Span, rate: Int?, before store: any Store, _ log: Log) {
    self.store = store
    self.log = log
    location = store.location
    loop = store.loop
    ferry = Ferry(mount, stall: stall.nanoseconds, rate: rate, loop) { log.warn($0) }
  }

  /// A mount with nothing behind it.
  init(_ mount: Path, stall: Span, rate: Int?, _ log: Log) throws(Failure) {
    store = nil
    self.log = log
    location = mount
    loop = try Loop()
    ferry = Ferry(mount, stall: stall.nanoseconds, rate: rate, loop) { log.warn($0) }
  }

  var abilities: Abilities {
    if let store { return store.abilities }
    var abilities = Abilities()
    abilities.wantsText = false
    return abilities
  }

  func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    if let store { return try store.list(wish, each) }
    throw Failure(.unavailable, "\(location)", "a mount alone is not listed for an event")
  }

  func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    if let store { return store.stat(path, then) }
    ferry.look(path) { answer in
      then(
        answer.map { sight in
          var object = Object(size: sight.size)
          object.mtime = sight.mtime
          return object
        })
    }
  }

  func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    loop.after(0) { then(.failure(Mounted.onlyRead)) }
  }

  func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    loop.after(0) { then(paths.map { _ in Mounted.onlyRead }) }
  }

  private static let onlyRead = Failure(.bug, "mount", "it is only read from")

  func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    // What was begun from the store is ended from there: the two may hold different versions.
    if let store, ferry.isGivenUp || !pickup.done.isEmpty { return store.get(pickup, then) }
    ferry.copy(pickup.path, into: pickup.file) { [self] answer in
      switch answer {
      case .success(let sight):
        if let size = pickup.listed.size, size != sight.size {
          let reason = "its size is \(sight.size) there, not \(size)"
          return fallBack(pickup, Failure(.later, "\(pickup.path)", reason), then)
        }
        pickup.moved(sight.size)
        then(.success(Receipt(Fingerprint(size: sight.size), isConfirmed: false)))
      case .failure(let failure): fallBack(pickup, failure, then)
      }
    }
  }

  private func fallBack(
    _ pickup: Pickup, _ failure: Failure,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    guard let store else { return then(.failure(failure)) }
    if !hasWarned {
      hasWarned = true
      log.warn("\(ferry.mount): \(failure.message); such files are taken from the store")
    }
    if ftruncate(pickup.file, 0) != 0 || lseek(pickup.file, 0, SEEK_SET) < 0 {
      return then(.failure(Failure(errno: errno, "")))
    }
    store.get(pickup, then)
  }
}
