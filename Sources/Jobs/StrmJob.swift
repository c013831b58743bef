package import Annals
package import Bookings
package import Core
internal import Store
internal import System
package import Values

/// A job of the configuration, `[[strm_jobs]]`: a cloud drive as a library of .strm files.
///
/// What is wrong with it as a whole is told before anything is started.
package struct StrmJob {
  package typealias Strategy = LibraryTask.Strategy

  package let id: String
  package let isEnabled: Bool
  package var strategy: Strategy
  /// The location that is listed; paths of events and of the manifest lie below it.
  package let source: Path
  /// The same as the heads of listings and events name it: a folder by its own name.
  package let root: Path
  /// The library.
  package let output: Path
  package var isDry = false
  /// Options of s4l-clean that were given for this run.
  package var cleaning: [[UInt8]] = []
  /// Options for the stages that are the same in all runs.
  let asking: [[UInt8]]
  let listing: [[UInt8]]
  let writing: [[UInt8]]
  /// Nil where side-cars do not come along.
  let fetching: [[UInt8]]?
  let updates: Bool
  let brakes: [[UInt8]]
  let confirmations: Int
  /// The media servers to be told; nil for none.
  let servers: [String]?

  package init(
    _ group: Configuration.Group, in configuration: Configuration
  ) throws(Failure) {
    id = group.name ?? ""
    isEnabled = group.flag("enabled") ?? true
    try configuration.confine(group)
    strategy = group.text("strategy").flatMap { Strategy(rawValue: $0) } ?? .full
    let scanned = Path((group.text("scan_root") ?? "").utf8.drop { $0 == Path.slash })
    let place = Path(text: group.text("source") ?? "").appending(scanned).trimmed
    source = place
    output = Path(text: group.text("output_path") ?? "")
    let sight = try StrmJob.sight(group, scanned, configuration)
    root = try sight.local?.resolved() ?? place
    asking = StrmJob.asking(group)
    listing = StrmJob.listing(group)
    writing = try StrmJob.writing(group, sight)
    fetching = try StrmJob.fetching(group, sight)
    updates = group.text("metadata_options") == "update"
    brakes = StrmJob.brakes(group)
    confirmations = group.integer("confirm_runs") ?? 1
    servers = try StrmJob.servers(group, configuration)
  }

  /// What it needs while it runs.
  package func claim(_ configuration: Configuration) throws(Failure) -> Claim {
    // What only adds does not mind others that do; who infers from what is missing would.
    Claim(
      strategy == .full ? .alone : .shared, [try configuration.claimed(output)],
      job: Array("strm_job \(id)".utf8))
  }

  static func wrong(_ group: Configuration.Group, _ key: String, _ reason: String) -> Failure {
    Failure(.config, "\(group.label).\(key)", reason)
  }
}

// MARK: Keys that only together make sense

extension StrmJob {
  /// Where the files of the source are seen on this machine, if they are.
  struct Sight {
    var folder: Path?
    /// The source, if it is a folder of this machine.
    var local: Path?
    /// Whether the source is itself that folder, and no store behind it.
    var isSource = false
    /// The path of the source as its server, if it is one, calls it.
    var served = Path()
    /// The remote that it is part of.
    var remote: Configuration.Group?

    /// Where they are besides the store.
    var mount: Path? { isSource ? nil : folder }
  }

  private static func sight(
    _ group: Configuration.Group, _ scanned: Path, _ configuration: Configuration
  ) throws(Failure) -> Sight {
    var told = group.text("mount_path")
    var sight = Sight()
    let below: Path
    switch try Location(Path(text: group.text("source") ?? "")) {
    case .folder(let folder):
      below = Path()
      sight.local = folder.appending(scanned)
      sight.isSource = told == nil
      told = told ?? String(validating: folder.bytes, as: UTF8.self)
    case .store(_, let rest): below = Path(rest.bytes.drop { $0 != Path.slash })
    case .remote(let name, let rest):
      guard let remote = configuration.group("remote", named: name), remote.isPresent else {
        throw wrong(group, "source", "there is no [remote.\(name)]")
      }
      if rest.climbs { throw wrong(group, "source", "a part .. would lead out of the remote") }
      sight.remote = remote
      if remote.text("type") == "path" {
        sight.local = Path(text: remote.text("path") ?? "/").appending(rest).appending(scanned)
        sight.isSource = told == nil
      }
      told = told ?? remote.text(sight.isSource ? "path" : "mount")
      below = rest
    }
    func whole(_ top: Path) -> Path {
      [below, scanned].reduce(top) { folder, part in
        folder.appending(Path(part.bytes.drop { $0 == Path.slash }))
      }.trimmed
    }
    sight.served = whole(Path(text: "/"))
    sight.folder = told.map { whole(Path(text: $0)) }
    return sight
  }

  /// Which media servers are told of changes: all, unless some are named.
  private static func servers(
    _ group: Configuration.Group, _ configuration: Configuration
  ) throws(Failure) -> [String]? {
    let known = configuration.groups(of: "notify").compactMap(\.name)
    guard group["notify"] != nil else { return known.isEmpty ? nil : [] }
    let wanted = group.list("notify")
    for name in wanted where !known.contains(name) {
      let near = Suggestion.nearest(to: name, among: known)
      throw wrong(
        group, "notify",
        "no [[notify]] is called \(name)" + (near.map { "; the nearest is \($0)" } ?? ""))
    }
    return wanted.isEmpty ? nil : wanted
  }
}
