package import Core
internal import Settings
package import Values

/// Where queues are kept: in a file of this machine, or on a Redis server.
package enum QueueAddress: Equatable, Sendable {
  case file(Path)
  /// A server, as far as its address tells; what is secret, or true of all its databases, comes
  /// from the configuration.
  case redis(host: String?, port: Int?, user: String?, database: Int?, isEncrypted: Bool)

  /// Reads an address as a user gives it: a path, file:///path, or redis://[USER@]HOST[:PORT][/DB],
  /// with rediss:// for TLS.
  package init(text: String) throws(Failure) {
    for (scheme, isEncrypted) in [("redis://", false), ("rediss://", true)]
    where text.hasPrefix(scheme) {
      self = try QueueAddress.server(String(text.dropFirst(scheme.utf8.count)), isEncrypted)
      return
    }
    if text.hasPrefix("file://") {
      let path = Path(text: String(text.dropFirst(7)))
      guard path.isAbsolute else {
        throw Failure(.usage, text, "a file address names no host and an absolute path")
      }
      self = .file(path)
    } else if let colon = text.range(of: "://") {
      throw Failure(
        .usage, String(text[..<colon.lowerBound]),
        "queues are kept in a file, or at redis:// or rediss://")
    } else {
      guard !text.isEmpty else { throw Failure(.usage, "queue", "its address is empty") }
      self = .file(Path(text: text))
    }
  }

  private static func server(
    _ text: String, _ isEncrypted: Bool
  ) throws(Failure) -> QueueAddress {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var place = parts[0]
    var user: String?
    if let at = place.lastIndex(of: "@") {
      let name = place[..<at]
      // What may be a secret is not repeated.
      if name.contains(":") {
        throw Failure(
          .usage, "redis://", "an address holds no password; [redis] of s4l.conf(5) takes it")
      }
      user = name.isEmpty ? nil : String(name)
      place = place[place.index(after: at)...]
    }
    var database: Int?
    if parts.count > 1, !parts[1].isEmpty {
      guard let number = Int(parts[1]), number >= 0 else {
        throw Failure(.usage, "redis://\(place)/\(parts[1])", "behind the slash stands a number")
      }
      database = number
    }
    let (host, port) = try endpoint(place)
    return .redis(
      host: host, port: port, user: user, database: database, isEncrypted: isEncrypted)
  }

  private static func endpoint(_ place: Substring) throws(Failure) -> (String?, Int?) {
    var host = place
    var port: Int?
    let isBare = place.hasPrefix("[") ? !place.hasSuffix("]") : place.contains(":")
    if isBare, let colon = place.lastIndex(of: ":") {
      guard let number = Int(place[place.index(after: colon)...]), (1...65_535).contains(number)
      else { throw Failure(.usage, "redis://\(place)", "behind the colon stands a port") }
      port = number
      host = place[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return (host.isEmpty ? nil : String(host), port)
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) {
        return start..<index(start, offsetBy: part.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
