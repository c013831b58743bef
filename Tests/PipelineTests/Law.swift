import Support
import Testing
import Values

/// What holds after any run, however it went: the naive reference that pipelines are held to.
struct Law {
  var source: Picture
  var target: Picture
  var deletes = false
  /// Whether the run may take files away from the source.
  var moves = false

  /// What was broken; empty if nothing was.
  func breaches(source after: Picture, target now: Picture) -> [String] {
    var found: [String] = []
    for (path, file) in target.files where now.files[path] != file {
      let mayChange = source.files[path].map { now.files[path]?.bytes == $0.bytes } ?? false
      let mayGo = deletes && source.files[path] == nil && now.files[path] == nil
      if !mayChange, !mayGo {
        found.append("target \(path.legible): \(now.files[path] == nil ? "deleted" : "spoiled")")
      }
    }
    for (path, file) in now.files where target.files[path] == nil {
      if source.files[path]?.bytes != file.bytes { found.append("target \(path.legible): made up") }
    }
    let before = source.files.merging(source.held) { file, _ in file }
    for (path, file) in before where after.files[path] != file && after.held[path] != file {
      if !moves || after.files[path] != nil {
        found.append("source \(path.legible): changed")
      } else if now.files[path]?.bytes != file.bytes {
        found.append("source \(path.legible): lost")
      }
    }
    for path in after.files.keys where before[path] == nil {
      found.append("source \(path.legible): made up")
    }
    return found
  }

  /// What the target has to be once a run has gone through undisturbed.
  var outcome: [Path: Picture.File] {
    if deletes { return source.files }
    var files = target.files
    for (path, file) in source.files where !target.blocks(path) { files[path] = file }
    return files
  }
}

/// Which paths differ, for people.
func difference(
  _ one: [Path: Picture.File], _ other: [Path: Picture.File], onlyBytes: Bool = false
) -> [String] {
  Set(one.keys).union(other.keys).sorted().compactMap { path in
    guard one[path] != other[path] else { return nil }
    guard let mine = one[path] else { return "\(path.legible): should not be there" }
    guard let theirs = other[path] else { return "\(path.legible): is missing" }
    if mine.bytes != theirs.bytes { return "\(path.legible): other bytes" }
    if onlyBytes { return nil }
    return "\(path.legible): \(mine.mode)/\(theirs.mode) \(mine.seconds).\(mine.nanoseconds)/"
      + "\(theirs.seconds).\(theirs.nanoseconds)"
  }
}
