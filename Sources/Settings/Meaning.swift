package import Core

extension Configuration.Group {
  /// What a group says, wherever it is written.
  package struct Meaning: Equatable, Sendable {
    let section: String
    let name: String?
    let isPresent: Bool
    let values: [String: Configuration.Value]
  }

  package var meaning: Meaning {
    Meaning(
      section: section, name: name, isPresent: isPresent, values: entries.mapValues(\.value))
  }
}
