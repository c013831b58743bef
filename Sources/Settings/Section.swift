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

  /// Who reads it, as a sentence.
  package var audience: String { Section.sentence(readers) }

  static func sentence(_ readers: [String]) -> String {
    let rest = readers.dropLast().joined(separator: ", ")
    return "Read by \(rest.isEmpty ? "" : rest + " and ")\(readers.last ?? "nobody")."
  }
}

/// Everything that can be configured.
package enum Schema {
  package static let sections: [Section] =
    [logging] + [remotes, sync] + [queue, redis, publish, hook] + [
      daemon, concurrency, cache, metrics,
    ]
    + [pocketbase, syncJobs, fileWatchers] + [index, repositories] + [strmJobs, notify]

  /// Who reads the remotes: whatever is given a place by its name.
  static let locations = "locations of the form NAME:path"

  package static func section(_ name: String) -> Section? {
    sections.first { $0.name == name }
  }
}
