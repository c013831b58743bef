package import Core
package import System
package import Values

/// A place for files: what every tool asks of one, whatever it is behind.
///
/// Paths are relative to the location. Nothing blocks but `list`: an answer comes as a call on the
/// thread that turns the loop, once, and never before the question has returned. Failures of single
/// files carry the path as their subject only where it is not the one that was asked for.
package protocol Store: AnyObject {
  /// As heads and messages name it, without a slash at its end.
  var location: Path { get }
  var loop: Loop { get }
  var abilities: Abilities { get }

  /// Calls `each` for all there is, in byte order of path, turning the loop meanwhile. A listing
  /// that cannot be brought to its end throws; what was told before stands.
  func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure)

  func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void)

  /// Stores a file whole or not at all.
  func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void)

  /// Writes the content of a file into one that is open and empty.
  func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void)

  /// Copies without the bytes coming here; only from a store that `copies(from:)` accepts.
  func copy(
    _ path: Path, of other: any Store, to parcel: Parcel,
    _ then: @escaping (Result<Receipt, Failure>) -> Void)
  func copies(from other: any Store) -> Bool

  /// Removes files; one answer for each, in the order of the paths. What is not there is no
  /// failure.
  func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void)

  /// An address from which anybody can fetch the file for so long.
  func presign(_ path: Path, _ span: Span) throws(Failure) -> String

  /// Gives up what was begun before a moment and never ended; tells how much that was. It turns the
  /// loop until it is done.
  func sweep(before moment: Timestamp) throws(Failure) -> Int
}

extension Store {
  package func sweep(before moment: Timestamp) throws(Failure) -> Int { 0 }

  package func copies(from other: any Store) -> Bool { false }

  package func presign(_ path: Path, _ span: Span) throws(Failure) -> String {
    throw Failure(.unavailable, "\(location)", "this store gives no addresses for its files")
  }

  package func copy(
    _ path: Path, of other: any Store, to parcel: Parcel,
    _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    loop.after(0) {
      then(.failure(Failure(.unavailable, "\(path)", "it cannot be copied on the server's side")))
    }
  }
}

/// What a store can do beyond the least.
package struct Abilities: Sendable {
  /// How many files are best under way at once.
  package var width = 16
  /// How many paths one call of `delete` takes at most.
  package var deletes = 1_000
  /// Whether a put can be made to depend on what is there at that moment.
  package var heedsConditions = false
  /// Whether a receipt can be confirmed without the bytes being sent again.
  package var keepsDigests = false
  /// Whether to confirm a file means to fetch it: what is told of digests may be what was once said
  /// by whoever sent the file.
  package var readsBack = false
  /// Whether an etag of 32 digits is the MD5 of the content.
  package var trustsETags = false
  /// The largest file that it copies without the bytes coming here.
  package var copiesAtMost = Int.max
  /// Whether names must be UTF-8.
  package var wantsText = true
  /// Whether a folder that does not exist comes to be with the first file that is put there.
  package var makesFolders = false
  /// How many levels of folders below the root are usually entered; nil for all there are.
  package var depth: Int?
  /// How many nanoseconds the times of files are exact to.
  package var grain = 1

  package init() {}
}

/// How a listing is wanted.
package struct ListWish: Sendable {
  /// Only what lies directly below; deeper folders are told by their name.
  package var isFlat = false
  /// Whether what a plain listing does not tell is asked for file by file.
  package var isDetailed = false
  /// How many requests may be under way at once.
  package var jobs = 4
  /// Only what starts with this is asked for; a store may tell more.
  package var start = Path()
  /// How many levels of folders below the root are entered; of deeper ones a store may tell their
  /// name instead. Nil for all.
  package var depth: Int?
  /// Whether folders are wanted too, those above all that hold nothing.
  package var tellsFolders = false
  /// Whether names of ours are told too.
  package var tellsReserved = false
  /// Whether a store that remembers what its folders held is to look anew.
  package var refreshes = false
  /// Whether a folder, named without its slash, is to be entered at all.
  package var enters: @Sendable (UnsafeRawBufferPointer) -> Bool = { _ in true }

  package init() {}
}

/// One thing that a listing tells. It holds only until the call it comes with returns.
package enum Listed {
  case file(View)
  /// A folder, with its slash: one that was not entered, or any, where folders are wanted.
  case folder(UnsafeRawBufferPointer)
  /// A place that could not be looked at, with all below it.
  case hole(UnsafeRawBufferPointer, Failure)

  /// A file, as the bytes that the store's answer holds.
  package struct View {
    package var path: UnsafeRawBufferPointer
    package var size: Int
    package var mtime: Timestamp?
    package var stored: Timestamp?
    package var etag: UnsafeRawBufferPointer?
    package var storageClass: UnsafeRawBufferPointer?
    /// Digests in hexadecimal that the store vouches for.
    package var md5: UnsafeRawBufferPointer?
    package var sha256: UnsafeRawBufferPointer?
    /// What a drive wants to see with a request for the file.
    package var sign: UnsafeRawBufferPointer?
    /// An address from which the file can be fetched by whoever plays it.
    package var url: UnsafeRawBufferPointer?

    package init(path: UnsafeRawBufferPointer, size: Int) {
      self.path = path
      self.size = size
    }
  }
}

/// What a store says of one file.
package struct Object: Equatable, Sendable {
  package var size: Int
  /// The time of the file itself, where the store keeps it.
  package var mtime: Timestamp?
  package var stored: Timestamp?
  package var etag: [UInt8]?
  package var storageClass: String?
  /// Digests of the whole content that the store has computed or checked, as hexadecimal text.
  package var sha256: String?
  package var md5: String?
  /// As base64, the way stores write it.
  package var crc64nvme: String?
  /// What a drive wants to see with a request for the file.
  package var sign: String?

  package init(size: Int) { self.size = size }
}

/// A location that has been opened.
package enum Place {
  /// A folder of this machine, absolute and without links; it need not exist.
  case folder(Path)
  case store(any Store)

  package var name: Path {
    switch self {
    case .folder(let path): path
    case .store(let store): store.location
    }
  }
}

/// Opens what a user or a head names; made by whoever knows all kinds of stores.
package typealias Opener = (Path) throws(Failure) -> Place
