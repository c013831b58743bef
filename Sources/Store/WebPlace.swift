package import Core
package import Values

/// A place behind a server of HTTP, as a location or an endpoint names it.
package struct WebPlace: Equatable, Sendable {
  package let isEncrypted: Bool
  /// In lower case, with its port unless that is the usual one.
  package let host: String
  /// What lies at the end of the path, byte for byte, without slashes around it.
  package let path: Path

  /// `http://host:port`, the beginning of every address.
  package var origin: String { (isEncrypted ? "https://" : "http://") + host }

  /// What follows a scheme of ours and its two slashes: a host, and a path that is not encoded.
  package init(isEncrypted: Bool, rest: Path, usage: String) throws(Failure) {
    let cut = rest.bytes.firstIndex(of: Path.slash) ?? rest.bytes.endIndex
    self.isEncrypted = isEncrypted
    host = try WebPlace.host(
      String(decoding: rest.bytes[..<cut], as: UTF8.self), isEncrypted: isEncrypted,
      Failure(.usage, usage, "it must name a host, as in \(usage)host:port/path"))
    path = Path(rest.bytes[cut...].split(separator: Path.slash).joined(separator: [Path.slash]))
  }

  /// An address of the configuration, whose path is encoded as in a browser.
  package init(url: String) throws(Failure) {
    let failure = Failure(
      .config, "endpoint", "it must look like https://host:port/path, without user or query")
    let isEncrypted = !url.hasPrefix("http://")
    var rest = url[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
    }
    if rest.contains(where: { "?#".contains($0) }) { throw failure }
    let cut = rest.firstIndex(of: "/") ?? rest.endIndex
    self.isEncrypted = isEncrypted
    host = try WebPlace.host(String(rest[..<cut]), isEncrypted: isEncrypted, failure)
    var parts: [[UInt8]] = []
    for part in rest[cut...].utf8.split(separator: Path.slash) {
      guard let name = WebPlace.decoded(part), !name.contains(Path.slash), !name.contains(0)
      else { throw failure }
      parts.append(name)
    }
    path = Path(Array(parts.joined(separator: [Path.slash])))
  }

  private init(_ isEncrypted: Bool, _ host: String, _ path: Path) {
    (self.isEncrypted, self.host, self.path) = (isEncrypted, host, path)
  }

  /// What lies below it at a path.
  package func appending(_ path: Path) -> WebPlace {
    WebPlace(isEncrypted, host, self.path.appending(path))
  }

  private static func host(
    _ text: String, isEncrypted: Bool, _ failure: Failure
  ) throws(Failure) -> String {
    let usual = isEncrypted ? ":443" : ":80"
    var host = text.lowercased()
    if host.hasSuffix(usual) { host = String(host.dropLast(usual.count)) }
    // What stands before an @ may be a secret and is not repeated.
    guard !host.contains("@") else {
      throw Failure(failure.kind, failure.subject, "a location holds no user and no password")
    }
    let isClean = host.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7F && !"\\\"<>^`{|}%?#".utf8.contains(byte)
    }
    guard !host.isEmpty, host.first != ":", isClean else { throw failure }
    return host
  }

  /// What a text in percent encoding stands for; nil if a percent sign stands before anything but
  /// two digits.
  package static func decoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(Hex.value), let low = rest.next().flatMap(Hex.value)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
