import Core
import Digests
import Glibc
import Records
import Store
import System
import Values

/// A store in memory that can be told to fail, to take its time, and never to answer.
final class MemoryStore: Store {
  struct Held: Equatable {
    var bytes: [UInt8]
    var etag: String
    var mtime: Timestamp?
    var contentType: String?
  }

  let location: Path
  let loop: Loop
  var abilities = Abilities()
  var objects: [String: Held] = [:]
  /// What the next question about a path is answered with.
  var failures: [String: Failure] = [:]
  /// How many nanoseconds the answer about a path takes.
  var delay: (String) -> Int64 = { _ in 0 }
  var neverAnswers: Set<String> = []
  /// Called when the bytes of a path have arrived and before it gets its name.
  var beforeNaming: (String) -> Void = { _ in }
  /// Whether it says that a file is there and holds other bytes, or none at all.
  var mangles: ([UInt8]) -> [UInt8]? = { $0 }
  var copiesDirectly = false
  /// How many bytes of the next file it gives before it fails.
  var breaksAfter: Int?
  /// Whether it lists, what it says of places that it cannot look at, and before which path it
  /// breaks off.
  var lists = false
  var holes: [String: Failure] = [:]
  var breaksOff: (before: String, with: Failure)?
  /// What was asked, in order.
  private(set) var calls: [String] = []
  private(set) var most = 0
  private var underWay = 0
  private var versions = 0

  init(_ location: String = "memory://store", _ loop: Loop? = nil) throws(Failure) {
    self.location = Path(text: location)
    if let loop { self.loop = loop } else { self.loop = try Loop() }
  }

  func text(_ name: String) -> String? {
    objects[name].map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  func keep(_ name: String, _ text: String, mtime: Timestamp? = nil) {
    keep(name, Array(text.utf8), mtime: mtime)
  }

  func keep(_ name: String, _ bytes: [UInt8], mtime: Timestamp? = nil) {
    versions += 1
    objects[name] = Held(bytes: bytes, etag: "v\(versions)", mtime: mtime)
  }

  // MARK: A store

  func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    guard lists else { throw Failure(.unavailable, "", "it does not list") }
    calls.append("list \(wish.start)\(wish.refreshes ? " anew" : "")")
    for name in (Array(objects.keys) + Array(holes.keys)).sorted() {
      if let breaksOff, breaksOff.before <= name { throw breaksOff.with }
      let bytes = Array(name.utf8)
      try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
        let path = UnsafeRawBufferPointer(bytes)
        if let hole = holes[name] { return try each(.hole(path, hole)) }
        var view = Listed.View(path: path, size: objects[name]?.bytes.count ?? 0)
        view.mtime = objects[name]?.mtime
        try each(.file(view))
      }
    }
  }

  func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    answer("stat", path, then) { (held) throws(Failure) in try self.object(held) }
  }

  func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    let name = "\(parcel.path)"
    answer("put", parcel.path, then) { (_) throws(Failure) in
      let bytes = try MemoryStore.bytes(of: parcel)
      self.beforeNaming(name)
      guard parcel.isUnchanged() else { throw Failure(.later, "", "it changed while it was sent") }
      try self.check(parcel)
      let receipt: Receipt
      if let held = self.mangles(bytes) {
        self.keep(name, held, mtime: parcel.mtime)
        receipt = self.receipt(name, bytes.count)
      } else {
        receipt = Receipt(Fingerprint(size: bytes.count), isConfirmed: true)
      }
      self.objects[name]?.contentType = parcel.traits.contentType
      parcel.moved(bytes.count)
      return receipt
    }
  }

  func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    let done = pickup.done.isEmpty ? "" : " after \(pickup.done)"
    answer("get", pickup.path, suffix: done, then) { (held) throws(Failure) in
      guard let held else { throw Failure(.absent, "", "there is no such object") }
      let now = Fingerprint(size: held.bytes.count, etag: Array(held.etag.utf8))
      guard pickup.listed.etag ?? now.etag == now.etag, pickup.listed.size ?? now.size == now.size
      else { throw Failure(.later, "", "it has changed since it was listed") }
      try self.write(held.bytes, pickup)
      return Receipt(now, isConfirmed: true)
    }
  }

  func copies(from other: any Store) -> Bool { copiesDirectly }

  func copy(
    _ path: Path, of other: any Store, to parcel: Parcel,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    answer("copy", parcel.path, then) { (_) throws(Failure) in
      guard let held = (other as? MemoryStore)?.objects["\(path)"] else {
        throw Failure(.absent, "", "there is no such object")
      }
      try self.check(parcel)
      self.keep("\(parcel.path)", held.bytes, mtime: parcel.mtime)
      return self.receipt("\(parcel.path)", held.bytes.count)
    }
  }

  func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    loop.after(0) { then(paths.map { _ in nil }) }
  }

  // MARK: How it answers

  private func answer<Value>(
    _ what: String, _ path: Path, suffix: String = "",
    _ then: @escaping (Result<Value, Failure>) -> Void,
    _ body: @escaping (Held?) throws(Failure) -> Value
  ) {
    let name = "\(path)"
    calls.append("\(what) \(name)\(suffix)")
    underWay += 1
    most = max(most, underWay)
    if neverAnswers.contains(name) { return }
    loop.after(delay(name)) { [self] in
      underWay -= 1
      if let failure = failures.removeValue(forKey: name) { return then(.failure(failure)) }
      do throws(Failure) {
        then(.success(try body(objects[name])))
      } catch {
        then(.failure(error))
      }
    }
  }

  private func object(_ held: Held?) throws(Failure) -> Object {
    guard let held else { throw Failure(.absent, "", "there is no such object") }
    var object = Object(size: held.bytes.count)
    object.etag = Array(held.etag.utf8)
    object.mtime = held.mtime
    if abilities.keepsDigests {
      object.md5 = Algorithm.md5.text(try Digest(.md5).value(of: held.bytes))
    }
    return object
  }

  private func receipt(_ name: String, _ size: Int) -> Receipt {
    let etag = objects[name].map { Array($0.etag.utf8) }
    return Receipt(Fingerprint(size: size, etag: etag), isConfirmed: true)
  }

  private func check(_ parcel: Parcel) throws(Failure) {
    let held = objects["\(parcel.path)"]
    switch parcel.condition {
    case .anything: break
    case .absent:
      if held != nil { throw Failure(.later, "", "the target has appeared") }
    case .unchanged(let was):
      guard let held, was.etag ?? Array(held.etag.utf8) == Array(held.etag.utf8),
        was.size ?? held.bytes.count == held.bytes.count
      else { throw Failure(.later, "", "the target has changed") }
    }
  }

  private func write(_ bytes: [UInt8], _ pickup: Pickup) throws(Failure) {
    let end = breaksAfter ?? bytes.count
    var at = pickup.done.first?.lowerBound == 0 ? pickup.done.first?.upperBound ?? 0 : 0
    while at < end {
      let next = min(at + (16 << 20), end)
      _ = bytes[at..<next].withUnsafeBytes {
        pwrite(pickup.file, $0.baseAddress, $0.count, off_t(at))
      }
      pickup.finished(at..<next)
      pickup.moved(next - at)
      at = next
    }
    guard breaksAfter != nil else { return }
    breaksAfter = nil
    throw Failure(.later, "", "the connection broke")
  }

  private static func bytes(of parcel: Parcel) throws(Failure) -> [UInt8] {
    switch parcel.content {
    case .bytes(let bytes): return bytes
    case .file(let file):
      var bytes = [UInt8](repeating: 0, count: parcel.size)
      let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
      guard count == parcel.size else { throw Failure(.later, "", "it is shorter than it was") }
      return bytes
    }
  }
}
