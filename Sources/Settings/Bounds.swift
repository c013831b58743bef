package import Core
internal import Values

/// What a PocketBase may name of this machine, as the file says.
package struct Bounds: Sendable {
  /// Folders below which its files lie; none at all for everywhere.
  let roots: [String]
  /// The folders that remotes of this machine are, by their names.
  let folders: [String: String]

  package init(_ configuration: Configuration = Configuration()) {
    roots = configuration.group("pocketbase")?.list("roots") ?? []
    var folders: [String: String] = [:]
    for remote in configuration.groups(of: "remote") where remote.text("type") == "path" {
      folders[remote.name ?? ""] = remote.text("path") ?? "/"
    }
    self.folders = folders
  }

  /// Whether a path lies below one of the roots, as far as its text tells.
  func hold(_ place: [UInt8]) -> Bool {
    if roots.isEmpty { return true }
    let steps = place.split(separator: Path.slash)
    return place.first == Path.slash && !Path(place).climbs
      && roots.contains { root in
        let root = root.utf8.split(separator: Path.slash)
        return steps.count >= root.count
          && zip(steps, root).allSatisfy { $0.elementsEqual($1) }
      }
  }
}
