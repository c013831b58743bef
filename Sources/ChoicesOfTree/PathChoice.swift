package import Command
package import Tree
internal import Values

/// The options that say which paths a listing or a watcher speaks of, by their names and places
/// alone.
package struct PathChoice {
  package enum Preset: String, Choice { case clutter, images, videos }

  var scope = Scope()
  private var presets: [Preset] = []

  package init() {}

  package static var table: [Option<PathChoice>] {
    [
      .list("exclude", "E", "PATTERN", \.scope.filter.excluded, "Leave out what matches."),
      .list("include", "I", "PATTERN", \.scope.filter.included, "List only files that match."),
      .toggle("hidden", nil, \.scope.filter.listsHidden, "List names that start with a dot."),
      .list(
        "preset", nil, "NAME", \.presets,
        "Leave out clutter and hidden files, or list only images or videos."),
      .value("max-depth", "d", "N", \.scope.maxDepth, "Enter folders at most N levels deep."),
      .flag("one-file-system", "x", \.scope.staysOnFileSystem, "Enter no other file system."),
    ]
  }

  /// What is spoken of.
  package var chosen: Scope {
    var scope = scope
    for preset in presets {
      switch preset {
      case .clutter: scope.filter.leaveOutClutter()
      case .images: scope.filter.media.insert(.images)
      case .videos: scope.filter.media.insert(.videos)
      }
    }
    return scope
  }
}
