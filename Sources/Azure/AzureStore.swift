package import Core
package import Digests
package import HTTP
package import Objects
internal import Records
package import Store
package import System
package import Values

// The map of this module:
//
//   AzureStore     a container, or what lies below a prefix in it, as a store
//   AzureAccount   who we are to the service and where it answers; AzureDialect, its requests
//   Sending        a file in one request; Blocks, in blocks; Making, how a blob is to be
//   Catalogue      what is there, page by page; BlobPage, a page; Arrangement, its order
//   Fault+Codes    what refusals mean
//
// What it has in common with other stores of objects is in `Objects`.

/// A container of Azure's blob storage, or what lies below a prefix in it.
package final class AzureStore: ObjectStore {
  package let location: Path
  package let loop: Loop
  package let abilities: Abilities
  package let client: Client
  package let workshop: Workshop
  let terms: AzureTerms
  /// What all names start with: nothing, or a name and a slash.
  let prefix: [UInt8]

  /// What lies below a prefix; `location` is how it was named.
  package init(
    location: Path, container: String, prefix: Path, _ account: AzureAccount, _ loop: Loop,
    _ courier: Courier, _ terms: AzureTerms, _ log: Log
  ) throws(Failure) {
    self.loop = loop
    self.location = location
    self.terms = terms
    self.prefix = AzureStore.prefix(prefix)
    client = Client(loop, courier, try AzureDialect(account, container), terms.measure, log)
    workshop = Workshop(loop)
    var abilities = Abilities()
    abilities.width = terms.measure.width
    abilities.deletes = 64
    abilities.heedsConditions = true
    // The MD5 that it tells is what whoever wrote the blob has said.
    abilities.readsBack = true
    self.abilities = abilities
  }

  package func key(_ path: Path) -> [UInt8] { prefix + path.bytes }

  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    do throws(Failure) {
      try Making.check(parcel.traits)
      if case .file(let file) = parcel.content, parcel.size > terms.wholeUpTo {
        try Blocks(self, parcel, file, then).start()
      } else {
        putWhole(parcel, then)
      }
    } catch {
      loop.after(0) { then(.failure(error)) }
    }
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    Receiving(self, pickup, then).start()
  }

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    removeEach(paths, then)
  }

  package func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    try Catalogue(self, wish, each).run()
  }

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    client.send(Ask(.head, .head, key(path))) { result in
      switch result {
      case .success(let answer): then(AzureStore.object(answer))
      case .failure(let refusal): then(.failure(refusal.failure))
      }
    }
  }

  private static func object(_ answer: Answer) -> Result<Object, Failure> {
    let headers = answer.headers
    // Where the service has real folders, they answer to their names too.
    guard headers["x-ms-meta-hdi_isfolder"] != "true", headers["x-ms-resource-type"] != "directory"
    else { return .failure(Failure(.absent, "", "a folder stands there")) }
    guard let size = headers["content-length"].flatMap({ Texts.number($0) }) else {
      return .failure(Failure(.unavailable, "", "the store tells no size"))
    }
    var object = Object(size: size)
    object.mtime = headers[Making.metadata + FileTime.name].flatMap { FileTime.time($0) }
    object.stored = headers["last-modified"].flatMap { Timestamp(httpDate: $0) }
    object.etag = headers["etag"].map { Array(Texts.unquoted($0).utf8) }
    object.storageClass = headers["x-ms-access-tier"]
    object.md5 = headers["content-md5"].flatMap(digest)
    return .success(object)
  }

  /// A digest in base64 as hexadecimal text.
  private static func digest(_ text: String) -> String? {
    Base64.decode(Array(text.utf8)).flatMap { $0.count == 16 ? Hex.text($0) : nil }
  }

  // MARK: What requests say

  package var algorithms: [Algorithm] { [.md5] }

  package func putting(_ parcel: Parcel, _ digests: Workshop.Digested) -> Ask {
    var ask = Ask(.put, .put, key(parcel.path))
    ask.headers = Making.headers(parcel, terms) + Making.condition(parcel.condition)
    ask.headers.append(("x-ms-blob-type", "BlockBlob"))
    ask.headers.append(("Content-MD5", Base64.text(digests.md5)))
    return ask
  }

  package func getting(_ pickup: Pickup) -> [(name: String, value: String)] { [] }

  package var provesLarge: Bool { true }

  /// What was stored with the blob. Of a part, the usual header would be of the part.
  package func md5(_ answer: Answer, _ etag: String?, _ pickup: Pickup) -> String? {
    let name = answer.status == 206 ? "x-ms-blob-content-md5" : "content-md5"
    return answer.headers[name].flatMap(AzureStore.digest)
  }
}

/// What is asked of a container's client, besides where the container is.
package struct AzureTerms: Sendable {
  /// The tier of new blobs; nil is that of the account.
  package var tier: String?
  /// The size of the blocks of large files; nil lets the size of the file decide.
  package var partSize: Int?
  /// Up to which size a file goes in one request.
  package var wholeUpTo = 64 << 20
  package var measure = Measure()

  package init() {}

  /// What the service takes as blocks.
  package static let limits = PartLimits(smallest: 1 << 16, largest: 4_000 << 20, most: 50_000)
}
