import Foundation
import Values

/// A double of Azure's blob storage; what there is to ask of it says
/// `Tests/Servers/azure_double.py`.
package final class AzureServer: Sendable {
  /// One for all tests that neither change its settings nor let anything go wrong.
  package static let shared = AzureServer()

  private let server: Server
  private let state: Path
  /// Microsoft's own client of it.
  private let sdk: Server
  package let url: String
  package let account: String
  package let key: String
  package let connection: String

  package var variables: [String] { ["AZURE_STORAGE_CONNECTION_STRING=\(connection)"] }

  package convenience init(_ more: [String] = []) {
    self.init(Path(text: "/tmp/s4l-azure-\(Server.freshName())"), more)
  }

  /// One that has what another had acknowledged when it ended.
  package convenience init(heirOf other: AzureServer) {
    let copy = Path(text: "\(other.state)-heir")
    _ = Sandbox.run(
      ["/usr/bin/env", "cp", "-a", "\(other.state)", "\(copy)"], stdin: [], within: 60)
    self.init(copy, [])
  }

  private init(_ folder: Path, _ more: [String]) {
    state = folder
    _ = state.withCString { mkdir($0, 0o755) }
    // The folder goes when this process lets go of it, and not when the double ends.
    server = Server(
      Path(text: "/bin/sh"),
      [
        "-c", "\"$@\"; cat >/dev/null; rm -rf \"$0\"", "\(state)", "\(Server.python)",
        "\(Server.folder.appending("azure_double.py"))", "--root", "\(state)",
      ] + more)
    let told =
      try? JSONSerialization.jsonObject(with: Data(server.endpoint.utf8)) as? [String: Any]
    func text(_ name: String) -> String { told?[name] as? String ?? "" }
    (url, account) = (text("url"), text("account"))
    (key, connection) = (text("key"), text("connection"))
    sdk = Server(python: "azure_sdk.py", [text("connection")])
  }

  /// Makes an empty container for one test.
  package func container() throws -> Container {
    let container = Container(name: Server.freshName().lowercased(), server: self)
    _ = try container.call("create")
    return container
  }

  /// Makes it what it was at first: without containers, faults and settings.
  package func reset() throws { try tell(["reset": true]) }

  /// Puts blobs with any names past all clients; each holds the text, or its own name.
  package func plant(_ container: Container, _ names: [String], text: String? = nil) throws {
    let pairs = names.map { ($0, text ?? $0) }
    let blobs = [container.name: Dictionary(uniqueKeysWithValues: pairs)]
    try tell(["plant": blobs])
  }

  /// Changes settings.
  package func set(_ settings: [String: any Sendable]) throws { try tell(["set": settings]) }

  /// What is to go wrong, in place of all that was to before.
  package func fail(_ faults: [String: any Sendable]...) throws { try tell(["faults": faults]) }

  /// The same for one that is written as JSON.
  package func fail(json fault: String) throws {
    _ = try answer(server.ask(Data("{\"faults\": [\(fault)]}".utf8)))
  }

  /// A shared access signature.
  package func signature(_ wish: [String: any Sendable]) throws -> String {
    try tell(["sas": wish])["sas"] as? String ?? ""
  }

  /// How often each call was made since the last time this was asked.
  package func counts() throws -> [String: Int] {
    try tell(["log": true])["counts"] as? [String: Int] ?? [:]
  }

  @discardableResult
  private func tell(_ question: [String: any Sendable]) throws -> [String: Any] {
    try answer(server.ask(question))
  }

  private func answer(_ answer: [String: Any]) throws -> [String: Any] {
    if let reason = answer["error"] as? String { throw FaultProxy.Misunderstood(reason: reason) }
    return answer
  }

  fileprivate func call(_ question: [String: any Sendable]) throws -> Any? {
    let answer = try sdk.ask(question)
    if let code = answer["error"] as? String {
      throw Boto.Refusal(code: code, status: answer["status"] as? Int ?? 0)
    }
    return answer["answer"]
  }
}

/// A container of one test, seen through Microsoft's own client.
package struct Container: Sendable {
  package let name: String
  package let server: AzureServer

  package init(name: String, server: AzureServer) {
    self.name = name
    self.server = server
  }

  /// Its location, or that of a prefix in it, as the tools take it.
  package func location(_ prefix: String = "") -> String {
    "az://\(name)" + (prefix.isEmpty ? "" : "/\(prefix)")
  }

  package func call(_ name: String, _ more: [String: any Sendable] = [:]) throws -> Any? {
    let given: [String: any Sendable] = ["call": name, "container": self.name]
    return try server.call(given.merging(more) { $1 })
  }

  package func put(
    _ blob: String, _ bytes: [UInt8], _ more: [String: any Sendable] = [:]
  ) throws {
    let body = Data(bytes).base64EncodedString()
    _ = try call("put", ["name": blob, "body64": body, "with": more])
  }

  package func get(_ blob: String) throws -> [UInt8] {
    let text = try call("get", ["name": blob]) as? String ?? ""
    return Array(Data(base64Encoded: text) ?? Data())
  }

  package func head(_ blob: String) throws -> [String: Any] {
    try call("head", ["name": blob]) as? [String: Any] ?? [:]
  }

  package func delete(_ blob: String) throws { _ = try call("delete", ["name": blob]) }

  package func names() throws -> [String] { try call("names") as? [String] ?? [] }

  /// Every blob with its bytes.
  package func contents() throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for name in try names() { contents[name] = try get(name) }
    return contents
  }
}
