import Foundation
import Values

/// A double of OpenList that serves a folder of this machine; what there is to ask of it says
/// `Tests/Servers/openlist_double.py`.
package final class OpenListServer: Sendable {
  package let server: Server

  /// That of the administrator.
  package static let token =
    "openlist-11111111-2222-3333-4444-555555555555"
    + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ab"

  package var endpoint: String { server.endpoint }
  package var variables: [String] { ["OPENLIST_TOKEN=\(OpenListServer.token)"] }

  package init(below folder: Path) {
    server = Server(python: "openlist_double.py", ["\(folder)"])
  }

  /// What the tools call it, or a folder there.
  package func location(_ path: String = "") -> String {
    "openlist://\(endpoint.dropFirst("http://".count))/\(path)"
  }

  /// What the double is to make of itself, in place of what it was.
  package func set(_ settings: [String: any Sendable]) throws {
    try tell(["set": settings])
  }

  /// Makes its one account, `user`, another.
  package func user(_ traits: [String: any Sendable]) throws {
    let accounts: [String: any Sendable] = ["user": traits]
    try set(["users": accounts])
  }

  /// What is to go wrong, in place of all that was to before.
  package func fail(_ faults: [String: any Sendable]...) throws {
    try tell(["faults": faults])
  }

  /// Forgets who has logged in, as it does when it is started anew.
  package func forget() throws { try tell(["forget": true]) }

  private func tell(_ question: [String: any Sendable]) throws {
    if let reason = try server.ask(question)["error"] as? String {
      throw FaultProxy.Misunderstood(reason: reason)
    }
  }

  package struct Request: Decodable, Sendable {
    /// The last part of the function's name; `d` for a link, `cdn` for what came to the drive.
    package var call: String
    package var path: String
    package var method: String
    package var target: String
    package var authorization: String?
    package var given: Given?

    /// Of the body, as far as it is of interest.
    package struct Given: Decodable, Sendable {
      package var page: Int?
      package var refresh: Bool?
      package var username: String?
      package var password: String?
      package var names: [String]?
    }
  }

  /// What it was asked since this was last called.
  package func log() throws -> [Request] {
    let log = try server.ask(["log": true])["log"] ?? []
    return try JSONDecoder().decode(
      [Request].self, from: JSONSerialization.data(withJSONObject: log))
  }

  /// Where the drive itself answers.
  package func drive() throws -> String { try server.ask(["cdn": true])["cdn"] as? String ?? "" }
}
