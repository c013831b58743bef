package import Core
internal import Digests
package import HTTP
package import Objects
internal import Records
internal import Signing
package import Store
package import System
package import Values

// The map of this module:
//
//   S3Store        a bucket, or what lies below a prefix in it, as a store
//   Catalogue      what is there, page by page; Segment, a stretch of it that is listed by itself
//   Sending        a file in one request; Multipart, in parts; Making, how an object is to be
//   Leftovers      uploads that nobody has ended
//   Removing       many at once; Duplicating, a copy of an object that the service makes by itself
//   S3Dialect      requests, signed; Site, Address, where to
//   Fault+Codes, Provider             decisions, without any effect
//   Page, Replies, Bodies, Uploads    what goes over the wire
//
// What it has in common with other stores of objects is in `Objects`.

/// A bucket that speaks S3, or what lies below a prefix in it.
package final class S3Store: ObjectStore {
  package let location: Path
  package let loop: Loop
  package let abilities: Abilities
  package let client: Client
  package let workshop: Workshop
  let terms: S3Terms
  let leftovers: Leftovers
  private let dialect: S3Dialect
  let sha256: Digest
  let md5: Digest
  let bucket: String
  /// What all keys start with: nothing, or a name and a slash.
  let prefix: [UInt8]

  var provider: Provider { terms.provider }

  /// A request that nobody signs tells none.
  package var tellsDigests: Bool { !terms.isAnonymous }

  /// What lies below a prefix; `location` is how it was named.
  package init(
    location: Path, prefix: Path, _ loop: Loop, _ courier: Courier, _ keyring: any Keyring,
    _ site: Site, _ terms: S3Terms, _ log: Log
  ) throws(Failure) {
    self.loop = loop
    self.prefix = S3Store.prefix(prefix)
    self.location = location
    self.terms = terms
    bucket = site.name
    dialect = S3Dialect(keyring, site, isAnonymous: terms.isAnonymous)
    client = Client(loop, courier, dialect, terms.measure, log)
    workshop = Workshop(loop)
    leftovers = Leftovers(client, self.prefix)
    sha256 = try Digest(.sha256)
    md5 = try Digest(.md5)
    var abilities = Abilities()
    abilities.width = terms.measure.width
    abilities.deletes = max(terms.provider.deletesAtOnce, 1)
    abilities.heedsConditions = terms.provider.conditions.contains(.putMatching)
    abilities.trustsETags = terms.provider.etags != .none
    abilities.keepsDigests = terms.provider.hasChecksums
    abilities.copiesAtMost = PartLimits.single
    abilities.readsBack = terms.isAnonymous
    self.abilities = abilities
  }

  package func key(_ path: Path) -> [UInt8] { prefix + path.bytes }

  /// How a request names an object that it copies.
  func name(of path: Path) -> String {
    Encoding.path(Path(Array("\(bucket)/".utf8) + key(path)))
  }

  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    guard case .file(let file) = parcel.content, parcel.size > terms.wholeUpTo else {
      return putLooked(parcel, then)
    }
    do throws(Failure) {
      try Multipart(self, parcel, file, then).start()
    } catch {
      loop.after(0) { then(.failure(error)) }
    }
  }

  /// Where the store does not keep to the condition itself, the place is looked at just before.
  private func putLooked(
    _ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    if case .anything = parcel.condition { return putWhole(parcel, then) }
    if !conditions(parcel.condition).isEmpty { return putWhole(parcel, then) }
    check(parcel.path, parcel.condition) { [self] objection in
      if let objection { then(.failure(objection)) } else { putWhole(parcel, then) }
    }
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    Receiving(self, pickup, then).start()
  }

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    remove(paths, then)
  }

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    var ask = Ask(.head, .head, key(path))
    if provider.hasChecksums { ask.headers = [("x-amz-checksum-mode", "ENABLED")] }
    client.send(ask) { result in
      switch result {
      case .success(let answer): then(S3Store.object(answer))
      case .failure(let refusal): then(.failure(refusal.failure))
      }
    }
  }

  private static func object(_ answer: Answer) -> Result<Object, Failure> {
    guard let size = answer.headers["content-length"].flatMap({ Texts.number($0) }) else {
      return .failure(Failure(.unavailable, "", "the store tells no size"))
    }
    var object = Object(size: size)
    object.mtime = answer.headers["x-amz-meta-mtime"].flatMap(FileTime.time)
    object.stored = answer.headers["last-modified"].flatMap { Timestamp(httpDate: $0) }
    object.etag = answer.headers["etag"].map { Array(Texts.unquoted($0).utf8) }
    object.storageClass = answer.headers["x-amz-storage-class"]
    object.crc64nvme = answer.headers["x-amz-checksum-crc64nvme"]
    if let text = answer.headers["x-amz-checksum-sha256"], !text.contains("-"),
      let digest = Base64.decode(Array(text.utf8))
    {
      object.sha256 = Hex.text(digest)
    }
    return .success(object)
  }

  package func presign(_ path: Path, _ span: Span) throws(Failure) -> String {
    try dialect.presign(key(path), span, loop, at: client.now)
  }

  package func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    try Catalogue(self, wish).run(each)
  }

  package func sweep(before moment: Timestamp) throws(Failure) -> Int {
    var result: Result<Int, Failure>?
    leftovers.sweep(before: moment) { result = $0 }
    try loop.run { result != nil }
    guard let result else { throw Failure(.later, "", "the run was stopped") }
    return try result.get()
  }
}
