package import Core
internal import Settings
package import Values

/// What a machine is told of a service: what runs, as whom, and into which places it writes.
package struct Profile: Equatable, Sendable {
  package enum Reach: Equatable, Sendable {
    /// For all of the machine, as this user.
    case machine(user: String)
    /// For whoever installs it.
    case person
  }

  package let name: String
  package let description: String
  package let reach: Reach
  package let program: Path
  package let config: Path
  /// Absolute folders and files that the configuration lets programs write to.
  package let written: [Path]
  /// Those that they read.
  package let read: [Path]

  package static let usualName = "s4l-daemon"
  package static let usualDescription = "File sync of s4l"

  package init(
    name: String, description: String, reach: Reach, program: Path, config: Path,
    written: [Path] = [], read: [Path] = []
  ) throws(Failure) {
    self.name = name
    self.description = description
    self.reach = reach
    self.program = program
    self.config = config
    self.written = written
    self.read = read
    try Profile.check(name, "--service-name", most: 100)
    if case .machine(let user) = reach { try Profile.check(user, "--run-as", most: 31) }
    let isPlain = description.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    guard isPlain, !description.isEmpty else {
      throw Failure(.usage, "--description", "it is one line of text, without control characters")
    }
    for path in [program, config] where !Profile.isAbsolute(path) {
      throw Failure(.usage, "\(path)", "a service needs absolute paths")
    }
    for path in [program, config] + written + read { _ = try Profile.text(path) }
  }

  /// What it is told to do.
  package var arguments: [String] {
    get throws(Failure) { ["start", "--foreground", "--config", try Profile.text(config)] }
  }

  /// A path as text: a definition is a file of text, in which not every name can be written.
  package static func text(_ path: Path) throws(Failure) -> String {
    guard let text = String(validating: path.bytes, as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
    else {
      throw Failure(.usage, "\(path)", "a definition of a service cannot hold this name")
    }
    return text
  }

  /// On whatever system it is: `C:\s4l` is too.
  private static func isAbsolute(_ path: Path) -> Bool {
    path.isAbsolute || path.bytes.dropFirst().starts(with: ":\\".utf8)
  }

  /// Letters, digits and few signs: the name becomes that of a file, of a user, a word of commands.
  private static func check(_ word: String, _ option: String, most: Int) throws(Failure) {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
    let isWord = word.utf8.first.map { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
    guard isPlain, isWord == true, word.utf8.count <= most else {
      throw Failure(
        .usage, option,
        "\"\(word)\": letters, digits, \".\", \"_\" and \"-\", no more than \(most) of them")
    }
  }
}

/// Where the configuration sends programs.
extension Configuration {
  /// The absolute paths of all keys that name a place to write to, or the rest of them.
  package func places(written: Bool) -> [Path] {
    var places: Set<Path> = []
    for section in Schema.sections {
      for setting in section.settings where setting.isWritten == written {
        guard written || setting.isPlace else { continue }
        for group in groups(of: section.name) {
          let texts = group.text(setting.name).map { [$0] } ?? group.list(setting.name)
          for text in texts where text.utf8.first == Path.slash {
            places.insert(Path(text: text).trimmed)
          }
        }
      }
    }
    return places.sorted()
  }
}

extension Setting {
  /// Whether its values are paths.
  fileprivate var isPlace: Bool {
    switch kind {
    case .path, .list(of: .path): true
    default: false
    }
  }
}
