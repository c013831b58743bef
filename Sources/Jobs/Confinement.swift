package import Core
internal import Settings
internal import Store
internal import System
internal import Values

extension Configuration {
  /// Refuses a job of a PocketBase of which a place lies below none of its roots.
  ///
  /// The reader of the configuration has compared names already; where links lead is known only
  /// when the job runs.
  package func confine(_ job: Group) throws(Failure) {
    let roots = group("pocketbase")?.list("roots") ?? []
    guard !roots.isEmpty, let section = Schema.section(job.section) else { return }
    let allowed = try roots.map { (root) throws(Failure) in try Path(text: root).resolved() }
    for setting in section.settings where setting.isPlace {
      guard let text = job.text(setting.name) else { continue }
      var place = Path(text: text)
      var origins = [job.entries[setting.name]?.origin]
      if setting.name == "source" {
        place = place.appending(
          Path((job.text("scan_root") ?? "").utf8.drop { $0 == Path.slash }))
        origins.append(job.entries["scan_root"]?.origin)
      }
      guard origins.contains(.pocketbase), let folder = try local(place) else { continue }
      let real = try folder.resolved()
      if !allowed.contains(where: real.isWithin) {
        throw Failure(
          .refused, "\(job.label).\(setting.name)",
          "it leads to what lies below none of pocketbase.roots")
      }
    }
  }

  /// The folder of this machine that a location is; nil for what lies elsewhere.
  private func local(_ location: Path) throws(Failure) -> Path? {
    switch try Location(location) {
    case .folder(let path): return path
    case .store: return nil
    case .remote(let name, let rest):
      guard let remote = group("remote", named: name), remote.text("type") == "path" else {
        return nil
      }
      return Path(text: remote.text("path") ?? "/").appending(rest)
    }
  }
}
