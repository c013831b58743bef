internal import Command
internal import Core
internal import Digests
internal import Glibc
internal import Jobs
internal import Pipeline
internal import Settings
internal import Store
internal import System
internal import Values

/// Where the bases of two-way syncs are kept, each under a name that is made of its two places.
struct BaseHome {
  /// The places as claims spell them.
  let claimed: [Path]
  private let folder: Path?
  /// What tells a place from one of the same name elsewhere.
  private let services: [[String]]
  private let way: [[UInt8]]

  /// Also has the pair name its folders in the one way that holds from everywhere.
  init(
    _ pair: Pair, _ configuration: Configuration, _ environment: Environment
  ) throws(Failure) {
    claimed = [try configuration.claimed(pair.left), try configuration.claimed(pair.right)]
    folder = environment.folder(.state).map { Path(text: $0).appending("sync") }
    services = [
      try configuration.service(of: pair.left, environment),
      try configuration.service(of: pair.right, environment),
    ]
    let options = ["--endpoint=", "--profile="].map { Array($0.utf8) }
    way = pair.remote.filter { word in options.contains { word.starts(with: $0) } }
  }

  /// The base of the pair, whose sides are exchanged if it was made the other way round.
  func base(for pair: inout Pair, _ io: Standard) throws(Failure) -> Path {
    pair.left = try BaseHome.spelled(pair.left)
    pair.right = try BaseHome.spelled(pair.right)
    if let base = pair.base { return try base.resolved() }
    guard let folder else {
      throw Failure(.absent, "HOME", "the variable is not set: --base says where to remember")
    }
    if !pair.isDry, !pair.prints { try folder.makeFolders(mode: 0o700) }
    // A base that lies in a side, as where that is one's home, must not be copied itself.
    let place = try folder.resolved()
    let isInside = claimed.contains { place.isWithin($0) }
    let prefix = isInside ? String(decoding: Path.reserved, as: UTF8.self) + "-" : ""
    let base = folder.appending(prefix + (try name([pair.left, pair.right], claimed, services)))
    let turned = folder.appending(
      prefix + (try name([pair.right, pair.left], claimed.reversed(), services.reversed())))
    if !BaseHome.exists(base), BaseHome.exists(turned) {
      pair.turn()
      io.log.info("the sides are taken the other way round, as in earlier runs")
      return turned
    }
    return base
  }

  private static func spelled(_ place: Path) throws(Failure) -> Path {
    switch try Location(place) {
    case .folder(let path): return try path.resolved()
    case .remote: return place.trimmed
    case .store(let scheme, let rest):
      // Stores take no notice of slashes around what they begin at.
      let name = rest.bytes.prefix { $0 != Path.slash }
      let prefix = rest.bytes[name.endIndex...].drop { $0 == Path.slash }
      let whole = prefix.isEmpty ? Array(name) : name + [Path.slash] + prefix
      return Path(Array("\(scheme)://".utf8) + whole).trimmed
    }
  }

  private static func exists(_ file: Path) -> Bool {
    if case .success = file.withCString({ Inode.at(AT_FDCWD, $0, followsLinks: true) }) {
      return true
    }
    return false
  }

  private func name(
    _ places: [Path], _ claimed: [Path], _ services: [[String]]
  ) throws(Failure) -> String {
    let fields = (places + claimed).map(\.bytes) + services.joined().map { Array($0.utf8) } + way
    let digest = try Digest(.sha256).value(of: Array(fields.map { $0 + [0] }.joined()))
    return Hex.text(digest.prefix(16)) + ".base"
  }
}
