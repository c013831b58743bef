internal import Core
internal import Values

/// A `[[file_watchers]]`: a folder whose changes start a job.
struct FileWatcher {
  let id: String
  let folder: Path
  let job: String
  let isDeep: Bool
  /// Nanoseconds that it must have been quiet.
  let quiet: Int64
  let events: Set<String>

  static func all(_ configuration: Configuration) -> [FileWatcher] {
    configuration.groups(of: "file_watchers").compactMap { group in
      guard group.flag("enabled") ?? true, let folder = group.text("watch_path"),
        let job = group.text("sync_job_id")
      else { return nil }
      let events = group.list("watch_events")
      return FileWatcher(
        id: group.name ?? "", folder: Path(text: folder).trimmed, job: job,
        isDeep: group.flag("recursive") ?? true,
        quiet: Int64(group.integer("debounce_ms") ?? 1_000) * 1_000_000,
        events: Set(events.isEmpty ? ["create", "write", "remove", "rename"] : events))
    }
  }

  /// Whether a change concerns it.
  func heeds(_ event: String, root: Path, path: Path) -> Bool {
    guard root.trimmed == folder, events.contains(event) else { return false }
    return isDeep || path.trimmed.bytes.firstIndex(of: Path.slash) == nil
  }
}
