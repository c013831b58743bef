internal import Core
internal import Values

/// What of a configuration a PocketBase may say.
///
/// Whoever may write there is not to run commands here, nor to learn a secret or choose where one
/// is sent, nor to say where programs keep files of their own. So it is said what is open, and all
/// else comes from the file and the environment alone.
extension Schema {
  /// The sections of which there can be many; the keys of these are open, but for secrets.
  package static let openLists = ["sync_jobs", "strm_jobs", "file_watchers"]

  private static let openKeys: [String: Set<String>] = [
    "concurrency": ["max_concurrent_syncs", "max_file_operations", "sync_queue_size"],
    "daemon": [
      "concurrency", "log_level", "config_refresh_interval_secs", "auto_restart_on_config_change",
    ],
    "cache": [
      "config_cache_ttl_secs", "file_metadata_cache_ttl_secs", "enable_persistent_cache",
    ],
    "log": ["level", "format"],
    "publish": ["max_retry", "timeout_minutes"],
  ]

  package static func isOpen(_ section: String, _ setting: Setting) -> Bool {
    if setting.isSecret || setting.isFile { return false }
    return openLists.contains(section) || openKeys[section]?.contains(setting.name) == true
  }

  /// Stores of these are opened by programs of ours, and what they name is no host: which one is
  /// asked, the file and the environment say.
  private static let ownSchemes = ["s3", "az", "file"]
  /// Stores of these name the server that is asked, to which a login would go.
  private static let servers = [
    "dav", "davs", "openlist", "openlists", "clouddrive", "clouddrives",
  ]

  /// Why a PocketBase may not say this of this key; nil if it may.
  ///
  /// With roots, what lies on this machine lies below one of them. Where links lead is looked at
  /// when a job runs.
  static func distrust(
    _ setting: Setting, _ value: Configuration.Value, below bounds: Bounds
  ) -> String? {
    guard setting.isPlace, case .text(let text) = value else { return nil }
    var place = Array(text.utf8)
    if let colon = place.firstIndex(of: UInt8(ascii: ":")),
      place[colon...].starts(with: "://".utf8)
    {
      let scheme = String(decoding: place[..<colon], as: UTF8.self)
      if servers.contains(scheme) {
        return "a server is named by the file alone, as a remote"
      }
      guard ownSchemes.contains(scheme) else {
        return "a store that a program of somebody else's opens is named by the file alone"
      }
      if scheme != "file" { return nil }
      place.removeFirst(colon + 3)
    } else if setting.isLocated, let remote = LibraryChecks.remote(of: text) {
      let rest = place.dropFirst(remote.utf8.count + 1)
      if Path(rest).climbs { return "it leads out of the remote" }
      guard let folder = bounds.folders[remote] else { return nil }
      place = Array(folder.utf8) + [Path.slash] + rest
    }
    return bounds.hold(place) ? nil : "this is not below one of pocketbase.roots"
  }
}

extension Setting {
  /// Whether it names a place: a path or a location.
  package var isPlace: Bool {
    if case .path = kind { return true }
    return name == "source"
  }

  /// Whether it may name a place that is no folder of this machine.
  var isLocated: Bool {
    ["source", "source_path", "destination_path"].contains(name)
  }
}
