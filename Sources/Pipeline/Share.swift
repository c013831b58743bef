package import Core
internal import Transfer

extension Configuration {
  /// What tells a run how many files it may have under way: each of the runs that there may be at
  /// once has its share of them, so that all together never have more.
  package var share: (name: String, value: String) {
    let group = group("concurrency")
    let runs = group?.integer("max_concurrent_syncs") ?? 4
    let files = group?.integer("max_file_operations") ?? 100
    return (Terms.share, "\(max(1, files / max(1, runs)))")
  }
}
