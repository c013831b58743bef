package import Core
internal import Values

/// Finding a job by what people call it.
extension Configuration {
  /// The sections whose entries can be run.
  private static let runnable = ["sync_jobs", "strm_jobs", "repositories"]

  /// The job of this id, or else of this name.
  package func job(_ name: String) throws(Failure) -> Group {
    let groups = Configuration.runnable.flatMap { self.groups(of: $0) }
    for named in [groups.filter { $0.name == name }, groups.filter { $0.text("name") == name }] {
      if named.count > 1 {
        let all = named.map { "\($0.name ?? "") of [[\($0.section)]]" }.joined(separator: ", ")
        throw Failure(.usage, name, "several jobs are called so: \(all)")
      }
      if let group = named.first { return group }
    }
    let near = Suggestion.nearest(to: name, among: groups.compactMap(\.name))
    throw Failure(
      .absent, name,
      "no [[sync_jobs]], [[strm_jobs]] or [[repositories]] has this id or name"
        + (near.map { "; the nearest is \($0)" } ?? ""))
  }
}
