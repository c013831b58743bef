import Foundation
import Glibc
import Support
import Testing
import Values

/// The kinds of places that files may be kept at.
enum Kind: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case folder, plugin, gateway, moto, azure, openlist, apache, rclone, clouddrive

  static let buckets: [Kind] = [.gateway, .moto]
  /// Services that keep what they are given below a folder of this machine.
  static let drives: [Kind] = [.openlist, .apache, .rclone, .clouddrive]
  var isBucket: Bool { Kind.buckets.contains(self) }
  var isDrive: Bool { Kind.drives.contains(self) }
  /// Whether it can be shown that it holds the very bytes that were sent.
  var proves: Bool { self != .plugin && !isDrive }
  /// Whether it keeps the time of a file, or only tells when that was stored.
  var keepsTimes: Bool { ![.apache, .rclone, .clouddrive].contains(self) }
  var wantsText: Bool { isBucket || isDrive || self == .azure }
  /// When planted files were last changed: drives keep parts of seconds badly or not at all.
  var time: Timestamp {
    Timestamp(seconds: 1_714_979_289, nanoseconds: isDrive ? 0 : 123_456_789)
  }
  var testDescription: String { rawValue }
  var webDAV: WebDAVServer? { WebDAVServer.Kind(rawValue: rawValue).map(WebDAVServer.shared) }
}

/// An empty place of one kind, and a folder to run the tools in, which find the place as `$L`.
///
/// The tools run as the test does, for it is the test that makes the files.
struct Ground: Sendable {
  let kind: Kind
  let sandbox = Sandbox()
  /// Nil for what is no bucket.
  let bucket: Bucket?
  /// Nil for what is no container.
  let container: Container?
  let location: String
  private let environment: [String]
  /// What keys start with.
  private let prefix: String
  /// The double of a drive, as long as it is needed.
  private let drive: Server?
  /// Where the files of a place are that is no bucket.
  private let folder: Path

  init(_ kind: Kind, prefix: String = "some/place") throws {
    self.kind = kind
    self.prefix = prefix.isEmpty ? "" : prefix + "/"
    var environment: [String] = []
    var drive: Server?
    container = kind == .azure ? try AzureServer.shared.container() : nil
    let webDAV = kind.webDAV
    let name = webDAV?.makeFolder() ?? ""
    let top = webDAV?.folder.appending(name) ?? sandbox.home.appending("place")
    folder = top.appending(Path(text: kind.isDrive ? prefix : ""))
    switch kind {
    case .apache, .rclone:
      bucket = nil
      location = "\(webDAV?.location(name) ?? "")/\(prefix)"
      environment = WebDAVServer.variables
    case .openlist:
      let double = OpenListServer(below: sandbox.home.appending("place"))
      bucket = nil
      drive = double.server
      location = double.location(prefix)
      environment = double.variables
    case .clouddrive:
      let double = CloudDriveServer(below: sandbox.home.appending("place"))
      bucket = nil
      drive = double.server
      location = double.location(prefix)
      environment = double.variables
    case .azure:
      bucket = nil
      environment = AzureServer.shared.variables
      location = container?.location(prefix) ?? ""
    case .folder:
      bucket = nil
      location = "\(sandbox.home)/place"
    case .plugin:
      bucket = nil
      location = "shelf://\(sandbox.home)/place"
      environment = ["PATH=\(try Shelf.folder(sandbox)):\(Ground.path)"]
    case .gateway:
      bucket = try Gateway.shared.bucket()
      environment = Gateway.shared.variables
      location = bucket?.location(prefix) ?? ""
    case .moto:
      bucket = try Moto.shared.bucket()
      environment = Moto.shared.variables
      location = bucket?.location(prefix) ?? ""
    }
    self.environment = environment
    self.drive = drive
    if !kind.isBucket { Ground.make(folder) }
    if let webDAV { webDAV.hand(all: top) }
  }

  private static var path: String { "\(Products.folder):/usr/local/bin:/usr/bin:/bin" }

  // MARK: Running

  /// Runs a script; the tools of ours are first in its path.
  func shell(
    _ script: String, _ more: [String] = [], stdin: [UInt8] = []
  ) -> Sandbox.Outcome {
    sandbox.shell(
      script, stdin: stdin, environment: environment + ["L=\(location)"] + more, asRoot: true)
  }

  /// Runs a script that is to end well, and gives the records that it writes.
  @discardableResult
  func records(
    _ script: String, status: Int32 = 0, _ more: [String] = [],
    _ place: SourceLocation = #_sourceLocation
  ) -> [Line] {
    let outcome = shell(script, more)
    #expect(outcome.status == status, "\(script)\n\(outcome)", sourceLocation: place)
    return outcome.lines
  }

  /// The names of the files that a script says it copied or deleted, with what was wrong if so.
  func fates(
    _ script: String, status: Int32 = 0, _ place: SourceLocation = #_sourceLocation
  ) -> [String] {
    records(script, status: status, [], place).filter { $0.type == "outcome" }.map {
      "\($0["did"]) \($0.path)" + ($0.isOK ? "" : " \($0["kind"])")
    }.sorted()
  }

  // MARK: Files of this side

  func full(_ name: String) -> Path { sandbox.folder.appending(Path(text: name)) }

  /// Writes files below the sandbox, all of one time.
  func plant(_ files: [String: String], in root: String = "src") {
    for (name, text) in files { plant(Path(text: root + "/" + name), Array(text.utf8)) }
  }

  func plant(_ name: Path, _ bytes: [UInt8], at moment: Timestamp? = nil) {
    let time = moment ?? kind.time
    let path = sandbox.folder.appending(name)
    Ground.make(path.parent.trimmed)
    House.write(bytes, to: path)
    let moment = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
    _ = path.withCString { utimensat(AT_FDCWD, $0, [moment, moment], 0) }
  }

  /// Makes a folder with all above it.
  private static func make(_ folder: Path) {
    if House.isFolder(folder) { return }
    make(folder.parent.trimmed)
    folder.withCString { _ = mkdir($0, 0o755) }
  }

  /// The files below a folder of the sandbox, as text.
  func files(in root: String) -> [String: String] { Ground.texts(bytes(in: root)) }

  func bytes(in root: String) -> [[UInt8]: [UInt8]] { Ground.bytes(below: full(root)) }

  // MARK: Files of the other side

  /// The files at the place, looked at without any of the code under test.
  func contents() throws -> [String: String] { Ground.texts(try bytes()) }

  /// The same by bytes, as names are that differ only in how their letters are composed.
  func bytes() throws -> [[UInt8]: [UInt8]] {
    guard let keys = try bucket?.keys() ?? container?.names() else {
      return Ground.bytes(below: folder)
    }
    var found: [[UInt8]: [UInt8]] = [:]
    for key in keys where key.utf8.starts(with: prefix.utf8) {
      let bytes = try bucket?.get(key) ?? container?.get(key)
      found[Array(key.utf8.dropFirst(prefix.utf8.count))] = bytes
    }
    return found
  }

  /// Puts a file there, as somebody else would.
  func put(_ name: String, _ text: String) throws {
    if let bucket { return try bucket.put(prefix + name, Array(text.utf8)) }
    if let container { return try container.put(prefix + name, Array(text.utf8)) }
    let path = folder.appending(Path(text: name))
    Ground.make(path.parent.trimmed)
    House.write(Array(text.utf8), to: path)
    kind.webDAV?.hand(all: folder)
  }

  private static func bytes(below root: Path) -> [[UInt8]: [UInt8]] {
    var found: [[UInt8]: [UInt8]] = [:]
    for name in names(in: root) {
      let path = root.appending(name)
      if House.isFolder(path) {
        for (inner, bytes) in Ground.bytes(below: path) {
          found[name.bytes + [Path.slash] + inner] = bytes
        }
      } else {
        found[name.bytes] = House.read(path)
      }
    }
    return found
  }

  /// The names in a folder, which need not be text; none if it is missing.
  private static func names(in folder: Path) -> [Path] {
    guard let stream = folder.withCString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [Path] = []
    while let entry = readdir(stream) {
      let length = strlen(&entry.pointee.d_name.0)
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Path($0.prefix(length)) }
      if name.bytes != [46], name.bytes != [46, 46] { names.append(name) }
    }
    return names
  }

  private static func texts(_ files: [[UInt8]: [UInt8]]) -> [String: String] {
    var texts: [String: String] = [:]
    for (name, bytes) in files {
      texts[String(decoding: name, as: UTF8.self)] = String(decoding: bytes, as: UTF8.self)
    }
    return texts
  }
}

/// The program that s4l-store(7) shows, to be found by its scheme.
private enum Shelf {
  static func folder(_ sandbox: Sandbox) throws -> Path {
    let page = House.text(House.root.appending("man/man7/s4l-store.7"))
    let start = try #require(page.range(of: ".Bd -literal\n#!"))
    let end = try #require(page.range(of: "\n.Ed\n", range: start.upperBound..<page.endIndex))
    let program = "#!" + page[start.upperBound..<end.lowerBound].replacing("\\-", with: "-") + "\n"
    // A file that this process writes cannot be run while another test starts a program, which
    // holds all our open files for a moment; so somebody else writes it.
    let made = sandbox.shell(
      "mkdir \"$HOME/bin\" && cd \"$HOME/bin\" && cat >s4l-store-shelf && chmod 755 *",
      stdin: Array(program.utf8), asRoot: true)
    #expect(made.status == 0, "\(made)")
    return sandbox.home.appending("bin")
  }
}

/// A record that a tool wrote.
struct Line: CustomStringConvertible {
  let members: [String: Any]

  subscript(_ name: String) -> String { members[name] as? String ?? "-" }
  func number(_ name: String) -> Int { members[name] as? Int ?? -1 }
  func part(_ name: String) -> Line { Line(members: members[name] as? [String: Any] ?? [:]) }
  var type: String { self["type"] }
  var path: String { self["path"] }
  var isOK: Bool { members["ok"] as? Bool ?? false }
  var isConfirmed: Bool { members["confirmed"] as? Bool ?? false }
  var description: String { "\(members)" }
}

extension Sandbox.Outcome {
  /// The records among the lines of the output.
  var lines: [Line] {
    output.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let members = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      return members.map { Line(members: $0) }
    }
  }
}

extension [Line] {
  var entries: [Line] { filter { $0.type == "entry" } }
  var outcomes: [Line] { filter { $0.type == "outcome" } }
  /// The one record that push and pull write.
  var summary: Line { last { $0.type == "summary" } ?? Line(members: [:]) }
}
