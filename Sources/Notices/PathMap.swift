package import Core
package import Values

/// How a media server sees our paths: rules `FROM=TO`, of which the longest that fits counts.
///
/// A rule fits a folder and what lies in it, never a name that only begins alike.
package struct PathMap: Equatable, Sendable {
  private var rules: [(from: Path, to: Path)] = []

  package init() {}

  /// Reads rules; the failure of one that is none has the rule as its subject.
  package init(_ texts: [String]) throws(Failure) {
    for text in texts {
      let bytes = Array(text.utf8)
      guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")), sign > 0, sign + 1 < bytes.count
      else { throw Failure(.config, text, "expected FROM=TO, as in /srv/library=/media") }
      rules.append((Path(bytes[..<sign]).trimmed, PathMap.trimmed(Path(bytes[(sign + 1)...]))))
    }
    // The first of two rules for one folder counts: sorting keeps their order.
    rules.sort { $0.from.bytes.count > $1.from.bytes.count }
  }

  package static func == (one: PathMap, other: PathMap) -> Bool {
    one.rules.elementsEqual(other.rules) { $0 == $1 }
  }

  /// A path of ours as the server has it.
  package func map(_ path: Path) -> Path {
    guard let rule = rules.first(where: { path.isWithin($0.from) }) else { return path }
    var rest = Path(path.bytes.dropFirst(rule.from.bytes.count).drop { $0 == Path.slash })
    guard PathMap.isForeign(rule.to) else { return rule.to.appending(rest) }
    rest.bytes = rest.bytes.map { $0 == Path.slash ? PathMap.backslash : $0 }
    let joint = rest.isEmpty || rule.to.bytes.last == PathMap.backslash ? [] : [PathMap.backslash]
    return Path(rule.to.bytes + joint + rest.bytes)
  }

  private static let backslash = UInt8(ascii: "\\")

  /// Whether a folder is written as Windows does.
  private static func isForeign(_ path: Path) -> Bool {
    path.bytes.contains(backslash) && !path.bytes.contains(Path.slash)
  }

  /// Without slashes at its end; what is only a scheme, as `smb://`, keeps them.
  private static func trimmed(_ path: Path) -> Path {
    path.bytes.suffix(3).elementsEqual("://".utf8) ? path : path.trimmed
  }
}
