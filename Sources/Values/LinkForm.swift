package import Core

/// What a .strm file holds, as people write it: a text with variables in braces, or the name of a
/// form that is well known.
package struct LinkForm: Equatable, Sendable {
  package enum Variable: String, CaseIterable, Sendable {
    case url, base, scheme, host, path
    case pathEscaped = "path_enc"
    case pathWhole = "path_enc_all"
    case name
    case nameEscaped = "name_enc"
    case sign
    case signQuery = "?sign"
    case id
  }

  package enum Piece: Equatable, Sendable {
    case text([UInt8])
    case variable(Variable)
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

  package private(set) var pieces: [Piece] = []

  /// Fails as `subject`, which is what the text was given for.
  package init(_ text: String, for subject: String) throws(Failure) {
    let preset = LinkForm.presets.first { $0.name == text }
    var rest = Array((preset?.text ?? text).utf8)[...]
    while let first = rest.first {
      if first != UInt8(ascii: "{") {
        let plain = rest.prefix { $0 != UInt8(ascii: "{") }
        pieces.append(.text(Array(plain)))
        rest = rest.dropFirst(plain.count)
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
        throw Failure(.usage, subject, "a { is not closed")
      }
      let name = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
      guard let variable = Variable(rawValue: name) else {
        throw Failure(
          .usage, subject,
          "there is no {\(Path.visible(name.utf8))}; there are "
            + Variable.allCases.map { "{\($0.rawValue)}" }.joined(separator: " "))
      }
      pieces.append(.variable(variable))
      rest = rest[(end + 1)...]
    }
    if let reason = flaw(text) { throw Failure(.usage, subject, reason) }
  }

  /// What is wrong with it as a whole; nil if nothing is.
  private func flaw(_ text: String) -> String? {
    if pieces.isEmpty { return "it may not be empty" }
    if text.utf8.contains(where: { $0 == 10 || $0 == 13 }) { return "a .strm file is one line" }
    // All files would hold the same, and most likely the name of a preset was meant.
    let isSame = pieces.allSatisfy { if case .text = $0 { true } else { false } }
    guard isSame else { return nil }
    return "there is no preset \(Path.visible(text.utf8)), and no variable in it; presets are "
      + LinkForm.presets.map(\.name).joined(separator: ", ")
  }

  package func holds(_ variable: Variable) -> Bool { pieces.contains(.variable(variable)) }
}
