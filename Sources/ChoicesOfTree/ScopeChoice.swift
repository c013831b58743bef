package import Command
package import Tree
package import Values

/// The options by which scan and ls are told what to list: one group, so that they mean the same
/// on both sides of a comparison.
package struct ScopeChoice {
  private var paths = PathChoice()
  private var minSize: Size?
  private var maxSize: Size?
  private var newer: Span?
  private var older: Span?

  package init() {}

  package static var table: [Option<ScopeChoice>] {
    PathChoice.table.map { $0.within(\.paths) } + [
      .value("links", "L", "HOW", \.paths.scope.links, "What to do with symbolic links."),
      .flag("dirs", nil, \.paths.scope.listsFolders, "List folders too."),
      .flag("stat", nil, \.paths.scope.isDetailed, "Add mode, inode, device and ctime to entries."),
      .value("min-size", nil, "SIZE", \.minSize, "Select files of at least this size."),
      .value("max-size", nil, "SIZE", \.maxSize, "Select files of at most this size."),
      .value("newer", nil, "SPAN", \.newer, "Select files changed within this time."),
      .value("sentinel", nil, "FILE", \.paths.scope.sentinel, "Fail unless FILE is in the folder."),
      .value("older", nil, "SPAN", \.older, "Select files not changed within this time."),
    ]
  }

  /// What is to be listed, seen from a moment.
  package func scope(at now: Timestamp) -> Scope {
    var scope = paths.chosen
    scope.minSize = minSize?.bytes
    scope.maxSize = maxSize?.bytes
    scope.notBefore = newer.map { now.advanced(by: -$0.nanoseconds) }
    scope.notAfter = older.map { now.advanced(by: -$0.nanoseconds) }
    return scope
  }
}

extension Scope.Links: Choice {}
