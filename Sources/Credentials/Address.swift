/// The parts of an HTTP address that asking for keys depends on.
struct Address: Equatable {
  let isEncrypted: Bool
  /// The host, and the port unless it is the scheme's own.
  let authority: String
  /// The host alone, without brackets.
  let host: String
  /// The path and what follows; a slash if there is none.
  let path: String

  init?(_ url: String) {
    let lower = url.lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
    isEncrypted = lower.hasPrefix("https://")
    let rest = url.dropFirst(isEncrypted ? 8 : 7)
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    // A name and a password before the host would make it look like another.
    guard end > rest.startIndex, !rest[..<end].contains("@") else { return nil }
    let usual = isEncrypted ? ":443" : ":80"
    let given = rest[..<end]
    authority = String(given.hasSuffix(usual) ? given.dropLast(usual.count) : given)
    if given.hasPrefix("[") {
      host = String(given.dropFirst().prefix { $0 != "]" })
    } else {
      host = String(given.prefix { $0 != ":" })
    }
    path = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
  }

  /// Whether a container's keys may be fetched from here. Without encryption only this machine
  /// and the addresses of the known services will do, as anyone on the way could read them.
  var mayLend: Bool {
    let known = ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
    return isEncrypted || known.contains(host.lowercased()) || isLoopback
  }

  private var isLoopback: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && parts.first == 127 && !parts.contains(nil)
  }
}
