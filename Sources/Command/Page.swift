package import Core
package import Records

/// What the manual of a tool says that its options do not.
package struct Page: Sendable {
  package struct Example: Sendable {
    let purpose: String
    let command: String
    package init(_ purpose: String, _ command: String) {
      self.purpose = purpose
      self.command = command
    }
  }

  package var name: String
  /// What the tool does, as it continues "NAME -".
  package var summary: String
  /// Paragraphs; `{--name}` names an option, which is checked to exist.
  package var description: [String]
  package var reads: [Kind] = []
  package var writes: [Kind] = []
  package var environment: [(name: String, help: String)] = []
  package var files: [(name: String, help: String)] = []
  package var statuses: [Status] = [.success, .usage, .io]
  package var examples: [Example] = []
  /// Other pages, such as "s4l-diff(1)".
  package var related: [String] = []

  package init(
    name: String, summary: String, description: [String], reads: [Kind] = [], writes: [Kind] = [],
    environment: [(name: String, help: String)] = [], files: [(name: String, help: String)] = [],
    statuses: [Status] = [.success, .usage, .io], examples: [Example] = [], related: [String] = []
  ) {
    self.name = name
    self.summary = summary
    self.description = description
    self.reads = reads
    self.writes = writes
    self.environment = environment
    self.files = files
    self.statuses = statuses
    self.examples = examples
    self.related = related
  }
}

/// The one place where the version stands.
package enum Release {
  package static let version = "0.1.0"
  package static let date = "November 21, 2026"
}
