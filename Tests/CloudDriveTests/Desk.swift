import CloudDrive
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

extension Transport: CustomTestStringConvertible {
  public var testDescription: String { rawValue }
}

/// A double with a folder of its own, and a store that reaches it.
final class Desk {
  let sandbox = Sandbox()
  let server: CloudDriveServer
  let loop: Loop
  let drive: CloudDrive2

  init(
    _ transport: Transport = .web, _ identity: Identity = .token(Desk.secret("t0ken")),
    root: String = "", attempts: Int = 1, publicAddress: String? = nil
  ) throws {
    server = CloudDriveServer(below: sandbox.home)
    loop = try Loop()
    var terms = Caller.Terms()
    terms.attempts = attempts
    var site = CloudDrive2.Site(server.endpoint)
    site.transport = transport
    site.publicAddress = publicAddress
    let loop = loop
    drive = try CloudDrive2(
      location: Path(text: "clouddrive://double"), site, root: Path(text: root), identity, loop,
      terms, Log(tool: "test", level: .fatal)
    ) { () throws(Failure) in try Courier(loop) }
  }

  static func secret(_ text: String) -> Secret { Secret(Array(text.utf8)) }

  static let user = Identity.user(
    "me@example.com", password: secret("s3cret"), code: nil)

  // MARK: Files of the double

  func full(_ name: String) -> Path { sandbox.home.appending(Path(text: name)) }

  func plant(_ name: String, _ text: String = "x", at seconds: Int = 1_700_000_000) {
    let path = full(name)
    _ = sandbox.run(["mkdir", "-p", "\(path.parent)"], asRoot: true)
    House.write(Array(text.utf8), to: path)
    let moment = timespec(tv_sec: seconds, tv_nsec: 500_000_000)
    _ = path.withCString { utimensat(AT_FDCWD, $0, [moment, moment], 0) }
  }

  /// Removes all that the double shows.
  func clear() {
    _ = sandbox.run(
      ["sh", "-c", "rm -rf '\(sandbox.home)'/* '\(sandbox.home)'/.s4l*"], asRoot: true)
  }

  func makeFolder(_ name: String) {
    _ = sandbox.run(["mkdir", "-p", "\(full(name))"], asRoot: true)
  }

  func names(in folder: String = "") -> [String] {
    let outcome = sandbox.run(["ls", "-A", "\(full(folder))"], asRoot: true)
    return outcome.text.split(separator: "\n").map(String.init).sorted()
  }

  // MARK: What the store says

  /// What a folder holds: files with what is told of them, folders with a slash.
  struct Found: Equatable {
    var names: [String] = []
    var files: [String: Object] = [:]
    var urls: [String: String] = [:]
    var holes: [String] = []
  }

  func list(
    _ folder: String = "", refreshes: Bool = false
  ) throws -> (found: Found, result: Result<Void, Failure>) {
    var found = Found()
    var result: Result<Void, Failure>?
    var isAsked = false
    let text = { (bytes: UnsafeRawBufferPointer) in String(decoding: bytes, as: UTF8.self) }
    drive.list(folder: Path(text: folder), refreshes: refreshes) { listed in
      switch listed {
      case .file(let view):
        var object = Object(size: view.size)
        object.stored = view.stored
        object.mtime = view.mtime
        object.md5 = view.md5.map(text)
        found.names.append(text(view.path))
        found.files[text(view.path)] = object
        found.urls[text(view.path)] = view.url.map(text)
      case .folder(let name): found.names.append(text(name))
      case .hole(let name, _): found.holes.append(text(name))
      }
    } _: {
      #expect(isAsked && result == nil)
      result = $0
    }
    isAsked = true
    try loop.run { result != nil }
    found.names.sort()
    return (found, try #require(result))
  }

  /// The kind of failure that a folder's listing ends with; nil if it ends well.
  func kind(_ folder: String = "") throws -> Failure.Kind? {
    if case .failure(let failure) = try list(folder).result { failure.kind } else { nil }
  }

  func stat(_ path: String) throws -> Result<Object, Failure> {
    try wait { drive.stat(Path(text: path), $0) }
  }

  func put(
    _ path: String, _ bytes: [UInt8], _ condition: Parcel.Condition = .anything,
    isUnchanged: @escaping () -> Bool = { true }
  ) throws -> Result<Receipt, Failure> {
    var parcel = Parcel(Path(text: path), .bytes(bytes), size: bytes.count)
    parcel.condition = condition
    parcel.isUnchanged = isUnchanged
    return try wait { drive.put(parcel, $0) }
  }

  func get(
    _ path: String, _ listed: Fingerprint = Fingerprint(), verifies: Bool = false
  ) throws -> (bytes: [UInt8], result: Result<Receipt, Failure>) {
    let file = try Scratch()
    var pickup = Pickup(Path(text: path), into: file.descriptor, listed)
    pickup.verifies = verifies
    let result = try wait { drive.get(pickup, $0) }
    return (House.read(Path(text: "/proc/self/fd/\(file.descriptor)")) ?? [], result)
  }

  func delete(_ paths: [String]) throws -> [Failure?] {
    try wait { then in drive.delete(paths.map(Path.init(text:)), then) }
  }

  private func wait<Answer>(_ body: (@escaping (Answer) -> Void) -> Void) throws -> Answer {
    var answer: Answer?
    body { answer = $0 }
    #expect(answer == nil, "it answers before it has returned")
    try loop.run { answer != nil }
    return try #require(answer)
  }
}

extension Result where Failure == Core.Failure {
  var kind: Core.Failure.Kind? {
    if case .failure(let failure) = self { failure.kind } else { nil }
  }
  var reason: String { if case .failure(let failure) = self { failure.reason } else { "" } }
}
