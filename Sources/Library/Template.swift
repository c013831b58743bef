package import Core
internal import Values

/// What a .strm file holds: plain text with variables in braces.
///
/// Why a template and no fixed forms: each media server, player and proxy takes another form, and
/// the wrong one is an endless wait for whoever watches.
package struct Template: Equatable, Sendable {
  private enum Piece: Equatable {
    case text([UInt8])
    case url, base, scheme, host, path, pathEscaped, pathWhole, name, nameEscaped, sign, signQuery,
      id
  }

  /// What the variables stand for, for one file.
  struct Values {
    /// The absolute path, after mapping, of which the first bytes may be a URL already.
    var path: UnsafeRawBufferPointer
    var verbatim = 0
    var url = UnsafeRawBufferPointer(start: nil, count: 0)
    var sign = UnsafeRawBufferPointer(start: nil, count: 0)
    var id = UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// The forms that have a name.
  package static let presets: [(name: String, text: String)] = [
    ("openlist", "{base}/d{path_enc}{?sign}"),
    ("openlist-proxy", "{base}/p{path_enc}{?sign}"),
    ("cd2", "{base}/static/{scheme}/{host}/False/{path_enc_all}"),
    ("webdav", "{base}/dav{path_enc}"),
    ("url", "{url}"),
    ("path", "{path}"),
  ]

  private static let variables: [(name: String, piece: Piece)] = [
    ("url", .url), ("base", .base), ("scheme", .scheme), ("host", .host), ("path", .path),
    ("path_enc", .pathEscaped),
    ("path_enc_all", .pathWhole), ("name", .name), ("name_enc", .nameEscaped), ("sign", .sign),
    ("?sign", .signQuery), ("id", .id),
  ]

  private var pieces: [Piece] = []
  /// What stands before every path that a server knows, such as `https://drive.example.org`.
  private let base: [UInt8]
  private let scheme: [UInt8]
  private let host: [UInt8]
  private let escaping: Escaping

  /// A template by its text, or by the name of a preset.
  package init(
    _ text: String, base: String?, escaping: Escaping = .full
  ) throws(Failure) {
    let preset = Template.presets.first { $0.name == text }
    var rest = Array((preset?.text ?? text).utf8)[...]
    while let first = rest.first {
      if first != UInt8(ascii: "{") {
        let plain = rest.prefix { $0 != UInt8(ascii: "{") }
        pieces.append(.text(Array(plain)))
        rest = rest.dropFirst(plain.count)
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
        throw Failure(.usage, "--template", "a { is not closed")
      }
      let name = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
      guard let variable = Template.variables.first(where: { $0.name == name }) else {
        throw Failure(
          .usage, "--template",
          "there is no {\(name)}; there are "
            + Template.variables.map { "{\($0.name)}" }.joined(separator: " "))
      }
      pieces.append(variable.piece)
      rest = rest[(end + 1)...]
    }
    if pieces.isEmpty { throw Failure(.usage, "--template", "it may not be empty") }
    // All files would hold the same, and most likely the name of a preset was meant.
    let isSame = pieces.allSatisfy { if case .text = $0 { true } else { false } }
    if isSame {
      let names = Template.presets.map(\.name)
      throw Failure(
        .usage, "--template",
        "there is no preset \(Path.visible(text.utf8)), and no variable in it; presets are "
          + names.joined(separator: ", "))
    }
    if text.utf8.contains(where: { $0 == 10 || $0 == 13 }) {
      throw Failure(.usage, "--template", "a .strm file is one line")
    }
    self.escaping = escaping
    self.base = try Template.checked(base, isNeeded: pieces.contains(.base))
    let authority = self.base.split(separator: Path.slash, omittingEmptySubsequences: false)
    scheme = Array(authority[0].dropLast())
    host = authority.count > 2 ? Array(authority[2]) : []
    if host.isEmpty, pieces.contains(.host) || pieces.contains(.scheme) {
      throw Failure(.usage, "--base", "the template needs a host, as in http://10.0.0.2:19798")
    }
  }

  private static func checked(_ base: String?, isNeeded: Bool) throws(Failure) -> [UInt8] {
    guard let base, !base.isEmpty else {
      if isNeeded { throw Failure(.usage, "--base", "the template needs a base; give one") }
      return []
    }
    var bytes = Array(base.utf8)
    while bytes.last == Path.slash { bytes.removeLast() }
    let parts = bytes.split(separator: Path.slash, maxSplits: 3, omittingEmptySubsequences: false)
    guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), parts.count > 2, parts[0].count > 1,
      parts[0].last == UInt8(ascii: ":"), parts[1].isEmpty, !parts[2].isEmpty
    else { throw Failure(.usage, "--base", "it must be a URL, such as https://drive.example.org") }
    if parts[2].contains(UInt8(ascii: "@")) {
      throw Failure(.usage, "--base", "a .strm file can be read by many: no user or password in it")
    }
    return bytes
  }

  /// What is asked of records besides their path.
  var needsURL: Bool { pieces.contains(.url) }
  var needsSign: Bool { pieces.contains(.sign) || pieces.contains(.signQuery) }
  var needsIdentity: Bool { pieces.contains(.id) }
  /// Whether the content is a URL, which has to be short enough for every player.
  var isURL: Bool { pieces != [.path] }

  /// Appends the one line for a file, with its end.
  func render(_ values: Values, to out: Buffer) {
    for piece in pieces {
      switch piece {
      case .text(let text): out.append(text)
      case .base: out.append(base)
      case .host: out.append(host)
      case .scheme: out.append(scheme)
      case .url: out.append(values.url)
      case .id: out.append(values.id)
      case .path: out.append(values.path)
      case .pathEscaped: escape(values, to: out)
      case .pathWhole: Escaping.full.append(values.path, to: out, withSlashes: true)
      case .name: out.append(Template.name(of: values.path))
      case .nameEscaped: escaping.append(Template.name(of: values.path), to: out)
      case .sign: Escaping.full.append(values.sign, to: out)
      case .signQuery:
        if values.sign.isEmpty { continue }
        out.append("?sign=")
        Escaping.full.append(values.sign, to: out)
      }
    }
    out.append(10)
  }

  private func escape(_ values: Values, to out: Buffer) {
    let path = values.path
    if values.verbatim > 0 {
      out.append(UnsafeRawBufferPointer(rebasing: path[..<values.verbatim]))
    }
    escaping.append(UnsafeRawBufferPointer(rebasing: path[values.verbatim...]), to: out)
  }

  private static func name(of path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var at = path.count
    while at > 0, path[at - 1] != Path.slash { at -= 1 }
    return UnsafeRawBufferPointer(rebasing: path[at...])
  }
}
