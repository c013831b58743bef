internal import Core
internal import Signing
internal import Values

/// The addresses under which the server gives the contents of files, as whoever plays them reaches
/// it.
struct Links {
  private let scheme: [UInt8]
  private let host: [UInt8]

  /// The address of the server, as in `http://host:port`.
  init(_ address: String) {
    let start = address.place(of: "://")
    scheme = Array(address[..<(start?.lowerBound ?? address.startIndex)].utf8)
    let rest = address[(start?.upperBound ?? address.startIndex)...]
    host = Array(rest.prefix { $0 != "/" }.utf8)
  }

  private static let places: [(name: [UInt8], place: Place)] = [
    (Array("{SCHEME}".utf8), .scheme), (Array("{HOST}".utf8), .host),
    (Array("{PREVIEW}".utf8), .preview),
  ]

  private enum Place { case scheme, host, preview }

  /// Writes the address that a form of the server's stands for, whose query may be a signature and
  /// stays as it is; false, with nothing written, where it stands for none.
  func write(_ form: UnsafeRawBufferPointer, to buffer: Buffer) -> Bool {
    guard form.first == Path.slash, form.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      return false
    }
    begin(buffer)
    var at = 0
    while at < form.count {
      let rest = UnsafeRawBufferPointer(rebasing: form[at...])
      if form[at] == UInt8(ascii: "{"),
        let found = Links.places.first(where: { rest.starts(with: $0.name) })
      {
        buffer.append(text(found.place))
        at += found.name.count
      } else {
        buffer.append(form[at])
        at += 1
      }
    }
    return true
  }

  /// The same as text.
  func address(_ form: UnsafeRawBufferPointer) -> String? {
    let buffer = Buffer(capacity: form.count + 256)
    guard write(form, to: buffer) else { return nil }
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  /// The address of a file by its whole path, for servers that tell none: the path is one part, so
  /// its slashes are escaped too.
  func address(of path: Path) -> String {
    let buffer = Buffer(capacity: 256)
    begin(buffer)
    buffer.append("/static/")
    buffer.append(scheme)
    buffer.append(Path.slash)
    buffer.append(host)
    buffer.append("/False/")
    let encoded = Encoding.path(path).split(separator: "/", omittingEmptySubsequences: false)
    buffer.append(Array(encoded.joined(separator: "%2F").utf8))
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  private func begin(_ buffer: Buffer) {
    buffer.append(scheme)
    buffer.append("://")
    buffer.append(host)
  }

  private func text(_ place: Place) -> [UInt8] {
    switch place {
    case .scheme: scheme
    case .host: host
    case .preview: Array("False".utf8)
    }
  }
}
