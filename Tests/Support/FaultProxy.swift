import Foundation

/// A proxy that goes wrong as its rules tell; `Tests/Servers/faults.py` says what there is to ask
/// of it. Each test has one of its own, so that none disturbs another.
package final class FaultProxy: Sendable {
  /// Which requests, and what becomes of them, as in `["method": "PUT", "fault": "reset"]`.
  package typealias Rule = [String: any Sendable]

  private let server: Server

  package var endpoint: String { server.endpoint }
  package var variables: [String] { Server.variables(endpoint) }

  /// Passes what it does not touch on to a server; without one it answers with 404.
  package init(to endpoint: String? = nil, tls: (certificate: String, key: String)? = nil) {
    server = Server(
      python: "faults.py",
      (endpoint.map { ["--to", $0] } ?? []) + (tls.map { ["--tls", $0.certificate, $0.key] } ?? []))
  }

  /// One request as it came, and what was done.
  package struct Request: Decodable, Equatable, Sendable, CustomStringConvertible {
    package var method: String?
    package var path: String?
    package var query: String?
    /// Nil if no rule was for it.
    package var fault: String?
    /// By names in small letters.
    package var headers: [String: String]?
    /// Nil if there was no answer.
    package var status: Int?
    /// How many bytes of the request's body came in.
    package var received: Int?
    /// How many bytes of an answer's body went out.
    package var sent: Int?
    /// How many requests, this one too, were under way when it came.
    package var inFlight: Int?

    package var description: String {
      let query = self.query ?? ""
      return "\(method ?? "-") \(path ?? "-")\(query.isEmpty ? "" : "?")\(query) "
        + "\(status ?? 0)\(fault.map { " (\($0))" } ?? "")"
    }
  }

  /// What a rule must be to be understood.
  package struct Misunderstood: Error { package var reason: String }

  /// Puts these rules in the place of all others and forgets what has happened.
  package func set(_ rules: Rule...) throws {
    if let reason = try server.ask(["rules": rules])["error"] as? String {
      throw Misunderstood(reason: reason)
    }
  }

  /// What has happened since the rules were set, in the order in which requests came.
  package func log() throws -> [Request] {
    let log = try server.ask(["log": true])["log"] ?? []
    return try JSONDecoder().decode(
      [Request].self, from: JSONSerialization.data(withJSONObject: log))
  }
}
