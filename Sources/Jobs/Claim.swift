package import Core
internal import Settings
internal import Store
internal import System
package import Values

/// What a run must have to itself, or may share, while it works.
package struct Claim: Equatable, Sendable {
  package enum Mode: String, Sendable {
    /// It only adds: others of its kind do not disturb it.
    case shared
    /// It infers from what is missing what is to go.
    case alone
  }

  package var mode: Mode
  /// The places that it changes, as `Place.claimed` spells them.
  package var places: [Path]
  /// What never runs twice at the same time; empty for what may.
  package var job: [UInt8]
  /// Whether something is to be done once this run has ended, however it does.
  package var owes = false

  package init(_ mode: Mode, _ places: [Path], job: [UInt8] = []) {
    self.mode = mode
    self.places = places
    self.job = job
  }

  /// Whether the two may not be held at the same time. A folder and what lies in it are one place.
  package func conflicts(with other: Claim) -> Bool {
    if !job.isEmpty, job == other.job { return true }
    if mode == .shared, other.mode == .shared { return false }
    return places.contains { mine in
      other.places.contains { mine.isWithin($0) || $0.isWithin(mine) }
    }
  }
}

/// The text of a claim, as the file of its run holds it: fields that end in NUL.
extension Claim {
  func text(_ run: String, process: Int32) -> [UInt8] {
    let fields: [[UInt8]] =
      [
        Array(mode.rawValue.utf8), Array(run.utf8), Array("\(process)".utf8),
        Array((owes ? "owes" : "").utf8), job,
      ] + places.map(\.bytes)
    return Array(fields.map { $0 + [0] }.joined())
  }

  /// Nil where there is no whole claim: its run died while it wrote it.
  init?(text: [UInt8]) {
    guard text.last == 0 else { return nil }
    let fields = text.dropLast().split(separator: 0, omittingEmptySubsequences: false)
    guard fields.count >= 5, let mode = Mode(rawValue: String(decoding: fields[0], as: UTF8.self))
    else { return nil }
    self.init(mode, fields[5...].map { Path($0) }, job: Array(fields[4]))
    owes = !fields[3].isEmpty
  }
}

extension Configuration {
  /// A location as claims spell it, so that two names of one place are the same: folders absolute
  /// and without links, remotes by what they stand for.
  package func claimed(_ location: Path) throws(Failure) -> Path {
    switch try Location(location) {
    case .folder(let path): return try path.resolved()
    case .store(let scheme, let rest) where ["dav", "davs"].contains(scheme):
      return Configuration.address(
        try WebPlace(scheme, rest, isEncrypted: scheme == "davs"))
    case .store(let scheme, let rest) where ["openlist", "openlists"].contains(scheme):
      let isEncrypted = scheme == "openlists"
      return Configuration.drive(
        "openlist",
        try ServerAddress(
          scheme, rest, isEncrypted: isEncrypted, port: isEncrypted ? 443 : 5_244))
    case .store(let scheme, let rest) where ["clouddrive", "clouddrives"].contains(scheme):
      let isEncrypted = scheme == "clouddrives"
      return Configuration.drive(
        "clouddrive",
        try ServerAddress(
          scheme, rest, isEncrypted: isEncrypted, port: isEncrypted ? 443 : 19_798))
    case .store(let scheme, let rest): return Configuration.address(scheme, rest)
    case .remote(let name, let rest):
      guard let remote = group("remote", named: name), remote.isPresent else { return location }
      switch remote.text("type") {
      case "path": return try Path(text: remote.text("path") ?? "/").appending(rest).resolved()
      case "s3":
        return Configuration.address(
          "s3", Path(text: remote.text("bucket") ?? "").appending(rest))
      case "webdav":
        guard let endpoint = remote.text("endpoint") else { return location }
        let folder = Path(text: remote.text("path") ?? "").appending(rest)
        return Configuration.address(try WebPlace(url: endpoint), folder)
      case "openlist", "clouddrive":
        let server = try ServerAddress(url: remote.text("endpoint") ?? "")
        let folder = Path(text: remote.text("path") ?? "").appending(rest)
        return Configuration.drive(remote.text("type") ?? "", server, folder)
      default: return location
      }
    }
  }

  /// A place of a WebDAV server, by whatever name it goes, with TLS or without.
  private static func address(_ place: WebPlace, _ rest: Path = Path()) -> Path {
    let host = Path(text: place.host).appending(place.path).appending(rest)
    return address("dav", host)
  }

  /// A folder of a server, however its address is written. Whether it is reached by TLS is no part
  /// of that, nor where on it the service answers: at worst two places count as one.
  private static func drive(
    _ scheme: String, _ server: ServerAddress, _ folder: Path = Path()
  ) -> Path {
    address(scheme, Path(text: server.host).appending(server.path).appending(folder))
  }

  private static func address(_ scheme: String, _ rest: Path) -> Path {
    Path(Array("\(scheme)://".utf8) + rest.parts.joined(separator: [Path.slash]))
  }
}
