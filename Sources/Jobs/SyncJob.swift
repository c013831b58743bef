package import Annals
package import Core
package import Pipeline
internal import Values

/// A job of the configuration, `[[sync_jobs]]`, as a run of push.
package struct SyncJob {
  package let id: String
  package let isEnabled: Bool
  package var line: Line
  /// What is odd about it, for whoever runs it.
  package private(set) var remark: String?

  package init(
    _ group: Configuration.Group, in configuration: Configuration
  ) throws(Failure) {
    try configuration.confine(group)
    id = group.name ?? ""
    isEnabled = group.flag("enabled") ?? true
    line = Line()
    line.source = Path(text: group.text("source_path") ?? "")
    line.target = Path(text: group.text("destination_path") ?? "")
    line.isDry = group.flag("sync_options.dry_run") ?? false
    line.deletes = group.flag("sync_options.delete_destination_files") ?? false
    line.listing = group.list("filters").map { Array("--exclude=\($0)".utf8) }
    if group.flag("sync_options.ignore_hidden_files") == true {
      line.listing.append(Array("--no-hidden".utf8))
    }
    let means = group.text("sync_options.comparison_method") ?? "mtime"
    if means != "mtime" { line.plan.append(Array("--compare=\(means)".utf8)) }
    preserve(
      mode: group.flag("sync_options.preserve_permissions") ?? true,
      times: group.flag("sync_options.preserve_timestamps") ?? true, comparing: means)
  }

  private mutating func preserve(mode: Bool, times: Bool, comparing means: String) {
    switch (mode, times) {
    case (true, true): return
    case (true, false): line.copying.append(Array("--preserve=mode".utf8))
    case (false, true): line.copying.append(Array("--preserve=times".utf8))
    case (false, false): line.copying.append(Array("--preserve=none".utf8))
    }
    if !times, means == "mtime" {
      remark =
        "times are compared but not preserved, so every file is copied each time; "
        + "comparison_method = \"size\" or \"checksum\" would not"
    }
  }

  package func course() throws(Failure) -> Course { try Course(line, .push) }

  /// What it needs while it runs.
  package func claim(_ configuration: Configuration) throws(Failure) -> Claim {
    Claim(
      line.deletes ? .alone : .shared, [try configuration.claimed(line.target)],
      job: Array("job \(id)".utf8))
  }
}
