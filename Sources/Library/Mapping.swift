package import Core
package import Values

/// How the path below a listing becomes the path that a player asks for: the root before it, then
/// the rule whose beginning fits best.
package struct Mapping: Sendable {
  private struct Rule: Sendable {
    var from: [UInt8]
    var to: [UInt8]
    /// Whether what replaces the beginning is a URL, which is escaped already.
    var isURL: Bool
  }

  private let root: [UInt8]
  private var rules: [Rule] = []

  /// Rules are written `FROM=TO`, on decoded absolute paths.
  package init(root: Path, rules: [String]) throws(Failure) {
    let trimmed = root.isAbsolute ? root.trimmed : Path([Path.slash] + root.trimmed.bytes)
    self.root = trimmed.bytes == [Path.slash] ? [] : trimmed.bytes
    for text in rules {
      guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
        throw Failure(.usage, "--map", "\"\(text)\" must be FROM=TO")
      }
      let from = Mapping.trimmed(Array(text[..<sign].utf8))
      let to = Mapping.trimmed(Array(text[text.index(after: sign)...].utf8))
      guard from.isEmpty || from[0] == Path.slash else {
        throw Failure(.usage, "--map", "\"\(text)\" must begin with an absolute path")
      }
      if to.contains(10) || to.contains(13) {
        throw Failure(.usage, "--map", "a .strm file is one line")
      }
      let isURL = to.indices.contains { to[$0...].starts(with: "://".utf8) }
      self.rules.append(Rule(from: from, to: to, isURL: isURL))
    }
    self.rules.sort { $0.from.count > $1.from.count }
  }

  /// Without slashes at the end: the rest of a path brings its own.
  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    var kept = bytes
    while kept.last == Path.slash, !kept.suffix(3).elementsEqual("://".utf8) { kept.removeLast() }
    return kept
  }

  /// Appends the mapped path; how many of its first bytes are a URL already.
  func apply(_ path: UnsafeRawBufferPointer, to out: Buffer) -> Int {
    let start = out.count
    out.append(root)
    out.append(Path.slash)
    out.append(path)
    if rules.isEmpty { return 0 }
    let whole = UnsafeRawBufferPointer(rebasing: out.bytes[start...])
    guard let rule = rules.first(where: { Mapping.fits($0.from, whole) }) else { return 0 }
    let rest = Array(whole[rule.from.count...])
    out.count = start
    out.append(rule.to)
    // `smb://` and the like keep both of their slashes, and get no third.
    let isOpen = rule.to.last == Path.slash
    out.append(isOpen ? Array(rest.dropFirst()) : rest)
    return rule.isURL ? rule.to.count : 0
  }

  private static func fits(_ from: [UInt8], _ path: UnsafeRawBufferPointer) -> Bool {
    guard path.starts(with: from) else { return false }
    return path.count == from.count || path[from.count] == Path.slash
  }
}
