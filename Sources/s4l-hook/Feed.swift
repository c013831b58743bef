import Core
import Settings
import Store
import System
import Values

/// A job that follows the events of a drive: which paths are its own, and what a run calls them.
struct Feed: Equatable, Sendable {
  let job: String
  /// The location that is listed, as the head of its listing has it.
  let root: Path
  /// The same place as the drive calls it: an absolute path without a slash at its end.
  let prefix: Path
  /// Where the drive is mounted, if it is.
  let mount: Path?

  /// Nil for a job that does not run at all.
  init?(_ group: Configuration.Group, _ configuration: Configuration) throws(Failure) {
    guard let job = group.name, group.flag("enabled") != false, let source = group.text("source")
    else { return nil }
    self.job = job
    mount = group.text("mount_path").map(Path.init(text:))
    let scanned = (group.text("scan_root") ?? "").utf8.drop { $0 == Path.slash }
    let location = Path(text: source).appending(Path(scanned)).trimmed
    do throws(Failure) {
      (root, prefix) = try Feed.place(try Location(location), location, configuration)
    } catch {
      throw Failure(error.kind, "\(group.label).source", error.message)
    }
  }

  private static func place(
    _ kind: Location, _ location: Path, _ configuration: Configuration
  ) throws(Failure) -> (root: Path, prefix: Path) {
    let top = Path([Path.slash])
    switch kind {
    case .folder:
      let folder = try kind.folder()
      return (folder, folder)
    case .store(_, let rest):
      let path = rest.bytes.drop { $0 != Path.slash }
      return (location, Path(path).absolute(from: top))
    case .remote(let name, let rest):
      let remote = configuration.group("remote", named: name)
      guard remote?.text("type") == "path" else { return (location, rest.absolute(from: top)) }
      let folder = Path(text: remote?.text("path") ?? "/").appending(rest)
      let place = try Location.folder(folder).folder()
      return (place, place)
    }
  }

  /// What it calls a path; nil if that is not its own. A path that is the root, or above it, is
  /// not: what happened to all there is, a webhook cannot say.
  func own(_ path: Path) -> Path? {
    guard owns(path) else { return nil }
    return Path(path.bytes.dropFirst(prefix.bytes.count).drop { $0 == Path.slash })
  }

  func owns(_ path: Path) -> Bool {
    path.bytes.count > prefix.bytes.count && path.isWithin(prefix)
  }
}

/// Paths as webhooks spell them.
extension Path {
  /// Absolute, each slash once, none at the end. The failure says why no file is called so.
  func settled() throws(Failure) -> Path {
    guard bytes.count <= Path.longest else { throw Item.flaw("a path is too long") }
    guard isAbsolute else { throw Item.flaw("a path is not absolute") }
    var last: UInt8 = 0
    var isPlain = true
    // What has neither a part that may be dots nor an empty one is settled already.
    for byte in bytes {
      if last == Path.slash, byte == Path.slash || byte == UInt8(ascii: ".") { isPlain = false }
      if byte == 0 { throw Item.flaw("a path holds a NUL byte") }
      last = byte
    }
    if isPlain, last != Path.slash { return self }
    if parts.contains(where: Path.isDots) {
      throw Item.flaw("a path has a part that is no name")
    }
    return Path([Path.slash] + parts.joined(separator: [Path.slash]))
  }

  private static func isDots(_ part: ArraySlice<UInt8>) -> Bool {
    part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8)
  }

  /// Whether some part of it is a name of ours, which no run looks at.
  var isReserved: Bool {
    var last: UInt8 = 0
    for (place, byte) in bytes.enumerated() {
      if last == Path.slash, byte == UInt8(ascii: "."),
        bytes[place...].starts(with: Path.reserved)
      {
        return true
      }
      last = byte
    }
    return false
  }

  private static let longest = 8_192
}
