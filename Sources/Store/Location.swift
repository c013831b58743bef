package import Core
internal import System
package import Values

/// Where files are, as it is written on a command line.
///
///     photos  /srv/photos  ./a:b  file:///srv/photos      a folder of this machine
///     s3://bucket/prefix  az://…  dav://…                 a store, by its scheme
///     NAME:path                                           the remote NAME of the configuration
package enum Location: Equatable, Sendable {
  case folder(Path)
  case store(scheme: String, rest: Path)
  case remote(name: String, path: Path)

  package init(_ text: Path) throws(Failure) {
    let bytes = text.bytes
    guard !bytes.isEmpty else { throw Failure(.usage, "", "a location may not be empty") }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      !bytes[..<colon].contains(Path.slash),
      colon > 0, let name = String(validating: bytes[..<colon], as: UTF8.self),
      name.utf8.allSatisfy(Location.isOfName)
    else {
      self = .folder(text)
      return
    }
    let rest = bytes[(colon + 1)...]
    guard rest.starts(with: "//".utf8) else {
      self = .remote(name: name, path: Path(rest))
      return
    }
    let place = Path(rest.dropFirst(2))
    guard name == "file" else {
      self = .store(scheme: name, rest: place)
      return
    }
    guard place.isAbsolute else {
      throw Failure(.usage, "\(text)", "a file address names no host and an absolute path")
    }
    self = .folder(place)
  }

  /// A location is shown wherever it is named, so what may be a password has no place in it; it is
  /// not repeated here.
  package func refuseLogin() throws(Failure) {
    guard case .store(let scheme, let rest) = self else { return }
    let host = rest.bytes.prefix { $0 != Path.slash }
    guard let at = host.lastIndex(of: UInt8(ascii: "@")) else { return }
    switch scheme {
    case "s3":
      throw Failure(.usage, "s3://", "a location holds no keys; s4l-s3(7) tells where they go")
    case "az":
      throw Failure(.usage, "az://", "a location holds no keys; s4l-azure(7) tells where they go")
    default:
      // A program of somebody else's may want to know who it is that asks.
      guard host[..<at].contains(UInt8(ascii: ":")) else { return }
      throw Failure(
        .usage, "\(scheme)://", "a location holds no passwords; s4l-drives(7) tells where they go")
    }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "+"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Whether it is a folder of this machine, as far as its text tells.
  package var isFolder: Bool {
    if case .folder = self { return true }
    return false
  }

  /// The folder of this machine that it names, as one absolute path without links; it need not
  /// exist. For anything else this release has no program.
  package func folder() throws(Failure) -> Path {
    switch self {
    case .folder(let path): return try path.resolved()
    case .store(let scheme, let rest):
      throw Failure(
        .unavailable, "\(scheme)://\(rest)", "this release knows no stores of scheme \(scheme)")
    case .remote(let name, let path):
      throw Failure(
        .unavailable, "\(name):\(path)",
        "this release knows no remotes (a file of that name is written ./\(name):\(path))")
    }
  }
}
