import Foundation

/// A double of PocketBase; what there is to say to it tells `Tests/Servers/pocketbase_double.py`.
package final class PocketBaseServer: Sendable {
  package let server: Server

  package static let identity = "admin@example.com"
  package static let password = "admin123456"

  package var endpoint: String { server.endpoint }

  package init(_ settings: [String: any Sendable] = [:]) throws {
    server = Server(python: "pocketbase_double.py")
    try set(settings)
  }

  /// What the tools are configured with.
  package var configuration: String {
    """
    [pocketbase]
    url = "\(endpoint)/"
    admin_email = "\(PocketBaseServer.identity)"
    admin_password = "\(PocketBaseServer.password)"
    retry_delay_secs = 0

    """
  }

  package func set(_ settings: [String: any Sendable]) throws {
    _ = try server.ask(["set": settings])
  }

  package func records(_ name: String) throws -> [[String: Any]] {
    try server.ask(["records": name])["records"] as? [[String: Any]] ?? []
  }

  /// Tells whoever listens that something in a collection has changed.
  package func touch(_ name: String) throws { _ = try server.ask(["touch": name]) }

  /// Ends the connections of those who listen.
  package func cut() throws { _ = try server.ask(["cut": true]) }

  /// How many listen to something, as somebody who is known.
  package func listeners() throws -> Int {
    try server.ask(["listeners": true])["listeners"] as? Int ?? 0
  }

  /// How often somebody wanted to listen.
  package func attempts() throws -> Int {
    try server.ask(["attempts": true])["attempts"] as? Int ?? 0
  }

  package struct Request: Decodable, Sendable {
    package var method: String
    package var path: String
    /// Whether it came from somebody who is known.
    package var knows: Bool
  }

  /// What it was asked since this was last called.
  package func log() throws -> [Request] {
    let log = try server.ask(["log": true])["log"] ?? []
    return try JSONDecoder().decode(
      [Request].self, from: JSONSerialization.data(withJSONObject: log))
  }
}
