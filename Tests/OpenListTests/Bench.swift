import Core
import Drives
import Glibc
import HTTP
import Records
import Store
import Support
import System
import Testing
import Values

@testable import OpenList

/// A server with a folder behind it, and drives that ask it.
final class Bench {
  let sandbox = Sandbox()
  let server: OpenListServer
  let loop: Loop
  /// How often requests are tried in all.
  var attempts = 2

  init() throws {
    server = OpenListServer(below: sandbox.folder)
    loop = try Loop()
  }

  static let user = Identity.user("user", password: Secret(Array("s3cret".utf8)), code: nil)
  static let admin = Identity.token(Secret(Array(OpenListServer.token.utf8)))

  func drive(
    _ identity: Identity = Bench.admin, root: String = "", address: String? = nil
  ) throws -> OpenListDrive {
    var terms = Caller.Terms()
    terms.attempts = attempts
    return OpenListDrive(
      location: Path(text: server.location(root)), address: address ?? server.endpoint,
      root: Path(text: root), identity, loop, try Courier(loop), terms, Log(tool: "test"))
  }

  /// Writes a file as somebody else would.
  func plant(_ name: String, _ text: String = "x", at seconds: Int = 1_714_979_289) {
    let path = sandbox.folder.appending(Path(text: name))
    _ = sandbox.run(["mkdir", "-p", "\(path.parent)"], asRoot: true)
    House.write(Array(text.utf8), to: path)
    let moment = timespec(tv_sec: seconds, tv_nsec: 120_000_000)
    _ = path.withCString { utimensat(AT_FDCWD, $0, [moment, moment], 0) }
  }

  func text(_ name: String) -> String { House.text(sandbox.folder.appending(Path(text: name))) }

  func exists(_ name: String) -> Bool {
    sandbox.folder.appending(Path(text: name)).withCString { access($0, F_OK) } == 0
  }

  // MARK: Asking

  /// What a folder was told to hold, and how that ended.
  struct Told {
    var names: [String] = []
    var holes: [String] = []
    var files: [String: Entry] = [:]
    var failure: Failure?
  }

  struct Entry: Equatable {
    var size: Int
    var mtime: Timestamp?
    var sign: String?
    var md5: String?
    var sha256: String?
  }

  func list(_ drive: OpenListDrive, _ folder: String = "", refreshes: Bool = false) throws -> Told {
    var told = Told()
    var isOver = false
    drive.list(folder: Path(text: folder), refreshes: refreshes) { listed in
      func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes, as: UTF8.self)
      }
      #expect(!isOver)
      switch listed {
      case .folder(let name): told.names.append(text(name))
      case .hole(let name, _): told.holes.append(text(name))
      case .file(let view):
        told.names.append(text(view.path))
        told.files[text(view.path)] = Entry(
          size: view.size, mtime: view.mtime, sign: view.sign.map(text), md5: view.md5.map(text),
          sha256: view.sha256.map(text))
      }
    } _: { result in
      #expect(!isOver)
      isOver = true
      if case .failure(let failure) = result { told.failure = failure }
    }
    #expect(!isOver)
    try loop.run { isOver }
    told.names.sort()
    return told
  }

  func wait<Answer>(
    _ ask: (@escaping (Result<Answer, Failure>) -> Void) -> Void
  ) throws -> Result<Answer, Failure> {
    var answer: Result<Answer, Failure>?
    ask {
      #expect(answer == nil)
      answer = $0
    }
    #expect(answer == nil)
    try loop.run { answer != nil }
    return try #require(answer)
  }

  func stat(_ drive: OpenListDrive, _ path: String) throws -> Result<Object, Failure> {
    try wait { drive.stat(Path(text: path), $0) }
  }

  /// Fetches a file, and gives what has arrived.
  func get(
    _ drive: OpenListDrive, _ path: String, _ listed: Fingerprint = Fingerprint()
  ) throws -> Result<String, Failure> {
    let file = sandbox.home.appending("fetched")
    House.write([], to: file)
    let descriptor = file.withCString { open($0, O_RDWR) }
    defer { close(descriptor) }
    let pickup = Pickup(Path(text: path), into: descriptor, listed)
    let receipt = try wait { drive.get(pickup, $0) }
    let bytes = House.read(file) ?? []
    return receipt.map { receipt in
      #expect(receipt.now.size == bytes.count)
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  func put(
    _ drive: OpenListDrive, _ path: String, _ text: String,
    _ condition: Parcel.Condition = .anything, at time: Timestamp? = nil
  ) throws -> Result<Receipt, Failure> {
    var parcel = Parcel(Path(text: path), .bytes(Array(text.utf8)), size: text.utf8.count)
    parcel.condition = condition
    parcel.mtime = time
    return try wait { drive.put(parcel, $0) }
  }

  func delete(_ drive: OpenListDrive, _ paths: String...) throws -> [Failure?] {
    var answer: [Failure?]?
    drive.delete(paths.map { Path(text: $0) }) { answer = $0 }
    #expect(answer == nil)
    try loop.run { answer != nil }
    return try #require(answer)
  }

  /// Which functions were called since this was last asked.
  func calls() throws -> [String] { try server.log().map(\.call) }
}

extension Result where Failure == Core.Failure {
  var failure: Core.Failure? { if case .failure(let failure) = self { failure } else { nil } }
  var value: Success? { if case .success(let value) = self { value } else { nil } }
}
