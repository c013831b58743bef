package import Core
package import Values

/// Where a Redis server is and who we are to it.
package struct RedisAddress: Equatable, Sendable {
  /// A host that listens.
  package struct Place: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(_ host: String, _ port: Int) {
      self.host = host
      self.port = port
    }

    package var description: String {
      host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  package var host = "127.0.0.1"
  package var port = 6_379
  /// A socket of this machine, in place of host and port.
  package var socket: Path?
  package var user: String?
  package var password: Secret?
  package var database = 0
  package var tls = false
  /// Who is asked where the master is, in place of host and port.
  package var sentinels: [Place] = []
  /// The name of the master that sentinels watch.
  package var master: String?
  package var sentinelUser: String?
  package var sentinelPassword: Secret?

  package init() {}

  package static let usualSentinelPort = 26_379

  /// As messages name it: nothing in it is secret.
  package var name: String {
    let database = self.database == 0 ? "" : "/\(self.database)"
    if let master, !sentinels.isEmpty { return "redis master \(master)\(database)" }
    if let socket { return "redis://\(socket)\(database)" }
    return "redis://\(Place(host, port))\(database)"
  }
}
