import Core
import Drives
import Foundation
import Glibc
import HTTP
import Records
import Store
import Support
import System
import Values

@testable import WebDAV

/// A drive, and a loop that is turned until it has answered.
final class Rig {
  let loop: Loop
  let drive: WebDAVDrive

  init(
    _ endpoint: String, _ path: String = "", _ identity: Login.Identity = .nobody,
    attempts: Int = 3
  ) throws {
    loop = try Loop()
    var terms = Caller.Terms()
    terms.width = 8
    terms.attempts = attempts
    let place = try WebPlace(url: endpoint).appending(Path(text: path))
    drive = WebDAVDrive(
      location: Path(text: "dav://test"), place, identity, loop, try Courier(loop), terms,
      Log(tool: "test", level: .fatal))
  }

  static let reader = Login.Identity.user(
    WebDAVServer.user, Secret(Array(WebDAVServer.password.utf8)))

  private func wait<Answer>(_ ask: (@escaping (Answer) -> Void) -> Void) throws -> Answer {
    let box = Box<Answer>()
    ask { box.answer = $0 }
    try loop.run { box.answer != nil }
    guard let answer = box.answer else { throw Failure(.later, "", "stopped") }
    return answer
  }

  /// What a folder holds, sorted: files with their size, folders, holes with their kind; and how
  /// the listing ended.
  func list(_ folder: String = "") throws -> (names: [String], end: Failure?) {
    try list(Path(text: folder))
  }

  func list(_ folder: Path) throws -> (names: [String], end: Failure?) {
    final class Names { var all: [String] = [] }
    let names = Names()
    let result: Result<Void, Failure> = try wait { then in
      drive.list(folder: folder, refreshes: false) { item in
        switch item {
        case .file(let view): names.all.append("\(Path(view.path)) \(view.size)")
        case .folder(let name): names.all.append("\(Path(name))")
        case .hole(let name, let failure): names.all.append("\(Path(name)) !\(failure.kind)")
        }
      } _: {
        then($0)
      }
    }
    return (names.all.sorted(), Rig.failure(result))
  }

  static func failure<Answer>(_ result: Result<Answer, Failure>) -> Failure? {
    if case .failure(let failure) = result { failure } else { nil }
  }

  func stat(_ path: String) throws -> Result<Object, Failure> {
    try wait { drive.stat(Path(text: path), $0) }
  }

  func put(
    _ path: Path, _ text: String, _ condition: Parcel.Condition = .anything,
    mtime: Timestamp? = nil, isUnchanged: Bool = true
  ) throws -> Result<Receipt, Failure> {
    var parcel = Parcel(path, .bytes(Array(text.utf8)), size: text.utf8.count)
    parcel.condition = condition
    parcel.mtime = mtime
    parcel.isUnchanged = { isUnchanged }
    return try wait { drive.put(parcel, $0) }
  }

  func put(
    _ path: String, _ text: String, _ condition: Parcel.Condition = .anything,
    mtime: Timestamp? = nil, isUnchanged: Bool = true
  ) throws -> Result<Receipt, Failure> {
    try put(Path(text: path), text, condition, mtime: mtime, isUnchanged: isUnchanged)
  }

  /// What a file holds that was got, or why it was not.
  func get(_ path: Path, _ listed: Fingerprint = Fingerprint()) throws -> Result<String, Failure> {
    let file = try Scratch()
    let result: Result<Receipt, Failure> = try wait {
      drive.get(Pickup(path, into: file.descriptor, listed), $0)
    }
    try file.rewind()
    return result.map { _ in String(decoding: Rig.bytes(file.descriptor), as: UTF8.self) }
  }

  private static func bytes(_ file: Int32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = pread(file, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(count, 0)))
  }

  func get(_ path: String, _ listed: Fingerprint = Fingerprint()) throws -> Result<String, Failure> {
    try get(Path(text: path), listed)
  }

  func delete(_ paths: [String]) throws -> [Failure?] {
    try wait { drive.delete(paths.map { Path(text: $0) }, $0) }
  }
}

private final class Box<Answer> {
  var answer: Answer?
}

/// The server that goes wrong.
enum Liar {
  static let server = Server(python: "dav_lies.py")

  static func rig(
    _ part: String, _ identity: Login.Identity = .nobody, attempts: Int = 3
  ) throws -> Rig {
    try Rig(server.endpoint, part, identity, attempts: attempts)
  }

  /// The requests that came below a part: method, path, headers.
  static func log(
    _ part: String
  ) throws -> [(method: String, path: String, headers: [String: String])] {
    let lines = try server.ask(["log": part])["log"] as? [[Any]] ?? []
    return lines.compactMap { line in
      guard line.count == 3, let method = line[0] as? String, let path = line[1] as? String,
        let headers = line[2] as? [String: String]
      else { return nil }
      return (method, path, headers)
    }
  }
}
