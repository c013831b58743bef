package import Core

/// A table of the configuration: its name, its keys, and which tools read it.
package struct Section: Sendable {
  package enum Shape: Equatable, Sendable {
    /// `[name]`, at most once.
    case single
    /// `[[name]]`, any number, told apart by the value of one key.
    case list(identity: String)
    /// `[name.NAME]`, any number.
    case named
  }

  /// Another place where files of other programs keep these keys.
  package struct Alias: Sendable {
    /// The table's path; empty for the top of the file.
    package let path: String
    /// Which of many it is, for a named section.
    package let name: String?
    /// What the place says by itself.
    package let implied: [String: Configuration.Value]

    init(
      _ path: String, as name: String? = nil, implying implied: [String: Configuration.Value] = [:]
    ) {
      self.path = path
      self.name = name
      self.implied = implied
    }
  }

  package let name: String
  package let shape: Shape
  package let readers: [String]
  package let help: String
  package let aliases: [Alias]
  package let settings: [Setting]

  init(
    _ name: String, _ shape: Shape = .single, readBy readers: [String], _ help: String,
    aliases: [Alias] = [], _ settings: [Setting]
  ) {
    self.name = name
    self.shape = shape
    self.readers = readers
    self.help = help
    self.aliases = aliases
    self.settings = settings.flatMap { setting in
      [setting] + (setting.file.map { [$0] } ?? [])
    }
  }

  package var heading: String {
    switch shape {
    case .single: "[\(name)]"
    case .list: "[[\(name)]]"
    case .named: "[\(name).NAME]"
    }
  }

  package func setting(_ name: String) -> Setting? {
    settings.first { $0.name == name }
  }

  /// Who will read a key, or the whole section, that nothing in this release reads.
  package func arrives(_ setting: Setting? = nil) -> String? {
    let readers = setting.map { $0.readers.isEmpty ? self.readers : $0.readers } ?? self.readers
    guard let first = readers.first, Set(readers).isDisjoint(with: Schema.present) else {
      return nil
    }
    return first
  }
}

/// Everything that can be configured.
package enum Schema {
  package static let sections: [Section] =
    [logging] + [remotes, sync] + [queue, redis, publish, hook] + [
      daemon, concurrency, cache, metrics,
    ]
    + [pocketbase, syncJobs, fileWatchers] + [index, repositories] + [strmJobs, notify]

  /// The readers that are part of this release; a key that only others read says so.
  package static let present = [
    "s4l", "s4l-scan", "s4l-ls", "s4l-hash", "s4l-diff", "s4l-put", "s4l-get", "s4l-clean",
    "s4l-push", "s4l-pull", "s4l-conf", "s4l-queue", "s4l-publish", "s4l-run",
    "s4l-hook", "s4l-notify", "s4l-strm", "s4l-index",
    Schema.locations, Schema.store("path"), Schema.store("s3"), Schema.store("openlist"),
    Schema.store("webdav"), Schema.store("clouddrive"), Schema.store("az"),
  ]

  /// Who reads the remotes: whatever is given a place by its name.
  static let locations = "locations of the form NAME:path"

  /// Who reads what only stores of a type have.
  static func store(_ type: String) -> String { "the \(type) store" }

  package static func section(_ name: String) -> Section? {
    sections.first { $0.name == name }
  }
}
