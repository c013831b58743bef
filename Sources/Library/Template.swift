package import Core
internal import Values

/// What a .strm file holds: plain text with variables in braces.
///
/// Why a template and no fixed forms: each media server, player and proxy takes another form, and
/// the wrong one is an endless wait for whoever watches.
package struct Template: Equatable, Sendable {
  /// What the variables stand for, for one file.
  struct Values {
    /// The absolute path, after mapping, of which the first bytes may be a URL already.
    var path: UnsafeRawBufferPointer
    var verbatim = 0
    var url = UnsafeRawBufferPointer(start: nil, count: 0)
    var sign = UnsafeRawBufferPointer(start: nil, count: 0)
    var id = UnsafeRawBufferPointer(start: nil, count: 0)
  }

  private let form: LinkForm
  /// What stands before every path that a server knows, such as `https://drive.example.org`.
  private let base: [UInt8]
  private let scheme: [UInt8]
  private let host: [UInt8]
  private let escaping: Escaping

  /// A template by its text, or by the name of a preset.
  package init(
    _ text: String, base: String?, escaping: Escaping = .full
  ) throws(Failure) {
    form = try LinkForm(text, for: "--template")
    self.escaping = escaping
    self.base = try Template.checked(base, isNeeded: form.holds(.base))
    let authority = self.base.split(separator: Path.slash, omittingEmptySubsequences: false)
    scheme = Array(authority[0].dropLast())
    host = authority.count > 2 ? Array(authority[2]) : []
    if host.isEmpty, form.holds(.host) || form.holds(.scheme) {
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
  var needsURL: Bool { form.holds(.url) }
  var needsSign: Bool { form.holds(.sign) || form.holds(.signQuery) }
  var needsIdentity: Bool { form.holds(.id) }
  /// Whether the content is a URL, which has to be short enough for every player.
  var isURL: Bool { form.pieces != [.variable(.path)] }

  /// Appends the one line for a file, with its end.
  func render(_ values: Values, to out: Buffer) {
    for piece in form.pieces {
      switch piece {
      case .text(let text): out.append(text)
      case .variable(let variable): append(variable, values, to: out)
      }
    }
    out.append(10)
  }

  private func append(_ variable: LinkForm.Variable, _ values: Values, to out: Buffer) {
    switch variable {
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
      if values.sign.isEmpty { return }
      out.append("?sign=")
      Escaping.full.append(values.sign, to: out)
    }
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
