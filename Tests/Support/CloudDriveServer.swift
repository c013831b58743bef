import Foundation
import Values

/// A double of CloudDrive2 that shows a folder of this machine; `Tests/Servers/clouddrive.py` says
/// what there is to ask of it.
package final class CloudDriveServer: Sendable {
  package let server: Server
  package static let token = "t0ken"

  package var endpoint: String { server.endpoint }
  package var variables: [String] { ["CLOUDDRIVE_TOKEN=\(CloudDriveServer.token)"] }

  package init(below folder: Path) {
    server = Server(python: "clouddrive.py", ["\(folder)"])
  }

  /// What the tools call it, or a folder there.
  package func location(_ path: String = "") -> String {
    "clouddrive://\(endpoint.dropFirst("http://".count))/\(path)"
  }

  /// What the double is to make of itself, in place of what it was.
  package func set(_ settings: [String: any Sendable]) throws {
    _ = try tell(["set": settings])
  }

  /// What is to go wrong, in place of all that was to before.
  package func fail(_ faults: [String: any Sendable]...) throws {
    _ = try tell(["faults": faults])
  }

  /// Forgets who has logged in.
  package func forget() throws { _ = try tell(["forget": true]) }

  /// A message as somebody else's encoder writes it, in hexadecimal.
  package func hex(_ message: String, _ members: [String: any Sendable]) throws -> String {
    try tell(["hex": [message, members] as [any Sendable]])["hex"] as? String ?? ""
  }

  /// What a client of grpcio is answered: the status, and the messages as JSON has them.
  package func peer(
    _ call: String, _ members: [String: any Sendable]
  ) throws -> (status: Int, answers: [[String: Any]]) {
    let answer = try tell(["peer": [call, members] as [any Sendable]])
    return (answer["status"] as? Int ?? -1, answer["answers"] as? [[String: Any]] ?? [])
  }

  private func tell(_ question: [String: any Sendable]) throws -> [String: Any] {
    let answer = try server.ask(question)
    if let reason = answer["error"] as? String { throw FaultProxy.Misunderstood(reason: reason) }
    return answer
  }

  package struct Request: Decodable, Sendable {
    /// The name of the call; `static` or `cloud` for contents.
    package var call: String
    package var path: String
    package var transport: String
    package var authorization: String?
    package var refresh: Bool
    /// How many bytes were written.
    package var count: Int
    package var target: String?
  }

  /// What it was asked since this was last called.
  package func log() throws -> [Request] {
    let log = try tell(["log": true])["log"] ?? []
    return try JSONDecoder().decode(
      [Request].self, from: JSONSerialization.data(withJSONObject: log))
  }
}
