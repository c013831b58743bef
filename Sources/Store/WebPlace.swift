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
  package init(_ scheme: String, _ rest: Path, isEncrypted: Bool) throws(Failure) {
    let address = try ServerAddress(
      scheme, rest, isEncrypted: isEncrypted, port: isEncrypted ? 443 : 80)
    self.init(isEncrypted, WebPlace.short(address), address.path)
  }

  /// An address of the configuration, whose path is encoded as in a browser.
  package init(url: String) throws(Failure) {
    let address = try ServerAddress(url: url)
    var parts: [[UInt8]] = []
    for part in address.path.parts {
      guard !part.contains(UInt8(ascii: "?")), !part.contains(UInt8(ascii: "#")),
        let name = WebPlace.decoded(part), !name.contains(Path.slash), !name.contains(0)
      else {
        throw Failure(.config, "endpoint", "it must look like https://host:port/path, encoded")
      }
      parts.append(name)
    }
    let path = Path(Array(parts.joined(separator: [Path.slash])))
    self.init(address.isEncrypted, WebPlace.short(address), path)
  }

  private init(_ isEncrypted: Bool, _ host: String, _ path: Path) {
    (self.isEncrypted, self.host, self.path) = (isEncrypted, host, path)
  }

  /// What lies below it at a path.
  package func appending(_ path: Path) -> WebPlace {
    WebPlace(isEncrypted, host, self.path.appending(path))
  }

  /// The host without a port that goes without saying: servers compare it with the one they know.
  private static func short(_ address: ServerAddress) -> String {
    let usual = address.isEncrypted ? ":443" : ":80"
    return address.host.hasSuffix(usual) ? String(address.host.dropLast(usual.count)) : address.host
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
