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

  /// The sections that exist once, of which some keys are open.
  package static var openSingles: [String] { openKeys.keys.sorted() }

  package static func isOpen(_ section: String, _ setting: Setting) -> Bool {
    if setting.isSecret || setting.isFile { return false }
    return openLists.contains(section) || openKeys[section]?.contains(setting.name) == true
  }

  /// Stores of these are opened by programs of ours; any other scheme names a program.
  private static let ownSchemes = ["s3", "az", "file", "dav", "davs", "openlist", "clouddrive"]

  /// Why a PocketBase may not say this of this key; nil if it may.
  ///
  /// With roots, what lies on this machine lies below one of them.
  static func distrust(
    _ setting: Setting, _ value: Configuration.Value, below roots: [String]
  ) -> String? {
    let isPlace: Bool
    switch setting.kind {
    case .path: isPlace = true
    default: isPlace = setting.name == "source"
    }
    guard isPlace, case .text(let text) = value else { return nil }
    var place = Array(text.utf8)
    if let colon = place.firstIndex(of: UInt8(ascii: ":")),
      place[colon...].starts(with: "://".utf8)
    {
      let scheme = String(decoding: place[..<colon], as: UTF8.self)
      guard ownSchemes.contains(scheme) else {
        return "a store that a program of somebody else's opens is named by the file alone"
      }
      if scheme != "file" { return nil }
      place.removeFirst(colon + 3)
    } else if setting.isLocated, LibraryChecks.remote(of: text) != nil {
      return nil
    }
    return roots.isEmpty || isBelow(place, roots)
      ? nil : "this is not below one of pocketbase.roots"
  }

  private static func isBelow(_ place: [UInt8], _ roots: [String]) -> Bool {
    let steps = place.split(separator: Path.slash)
    let isStraight = place.first == Path.slash && !steps.contains { $0.elementsEqual("..".utf8) }
    return isStraight
      && roots.contains { root in
        let root = root.utf8.split(separator: Path.slash)
        return steps.count >= root.count
          && zip(steps, root).allSatisfy { $0.elementsEqual($1) }
      }
  }
}

extension Setting {
  /// Whether it may name a place that is no folder of this machine.
  fileprivate var isLocated: Bool {
    ["source", "source_path", "destination_path"].contains(name)
  }
}
