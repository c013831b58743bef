internal import Glibc

/// The environment of the process as a value, so that tests can bring their own.
package struct Environment: Sendable {
  private let values: [String: String]

  package init(_ values: [String: String]) {
    self.values = values
  }

  /// Reads the environment of this process. Entries that are not UTF-8 are left out.
  package static func current() -> Environment {
    var values: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let length = strlen(entry)
      let bytes = UnsafeRawBufferPointer(start: entry, count: length)
      if let equals = bytes.firstIndex(of: UInt8(ascii: "=")),
        let text = String(validating: bytes, as: UTF8.self)
      {
        let name = String(decoding: bytes[..<equals], as: UTF8.self)
        if values[name] == nil { values[name] = String(text.utf8.dropFirst(equals + 1)) ?? "" }
      }
      next += 1
    }
    return Environment(values)
  }

  /// The value of a variable; an empty one counts as unset.
  package subscript(name: String) -> String? {
    guard let value = values[name], !value.isEmpty else { return nil }
    return value
  }

  /// The same, but for the value of one variable.
  package func with(_ name: String, _ value: String) -> Environment {
    Environment(values.merging([name: value]) { _, new in new })
  }

  /// Whether the process is a stage of a pipe whose end somebody waits for and tells of. There, who
  /// broke off has spoken, and those behind need not say that they heard the end.
  package var isOfPipe: Bool { self[Environment.pipe] != nil }

  /// Set for all stages: the name of the program that says what each of them could. Where that is
  /// none of them, whoever started them has said it.
  package static let pipe = "S4L_PIPE"

  package var names: [String] { values.keys.sorted() }

  /// Where this user's files of a kind live, by the XDG rules: relative values are ignored.
  package func folder(_ kind: Folder) -> String? {
    if let value = self[kind.variable], value.hasPrefix("/") { return value + "/s4l" }
    guard let fallback = kind.fallback, let home = self["HOME"], home.hasPrefix("/") else {
      return nil
    }
    return home + fallback + "/s4l"
  }

  package enum Folder: CaseIterable, Sendable {
    case config, state, cache, runtime

    package var variable: String {
      switch self {
      case .config: "XDG_CONFIG_HOME"
      case .state: "XDG_STATE_HOME"
      case .cache: "XDG_CACHE_HOME"
      case .runtime: "XDG_RUNTIME_DIR"
      }
    }

    var fallback: String? {
      switch self {
      case .config: "/.config"
      case .state: "/.local/state"
      case .cache: "/.cache"
      case .runtime: nil
      }
    }
  }
}
