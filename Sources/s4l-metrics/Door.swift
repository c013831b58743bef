import Core
import Serve
import System

/// Who may see what, and who may do something.
///
/// A page of somebody else's may have a browser ask here. It cannot add headers of its own, nor
/// hide on behalf of which page it asks; a name of its own that leads here it may well have, so
/// that where only this machine can ask, a name counts for nothing.
final class Door {
  private let gate: Gate
  private let log: Log
  private var isLocal = true

  init(_ token: Secret?, _ log: Log) throws(Failure) {
    gate = try Gate(token: token, key: nil, networks: [])
    self.log = log
  }

  /// Jobs and names of files are not for whoever can reach this machine.
  func guardPlace(_ server: Server) throws(Failure) {
    isLocal = server.address.isLoopback
    if isLocal || gate.knowsSecret { return }
    throw Failure(
      .config, server.name, "others than this machine could ask here: that needs metrics.token")
  }

  func pass(_ request: Request, _ reply: Reply, _ inside: () -> Void) {
    if !isLocal || Door.isOurs(request.header("host") ?? "") { return inside() }
    refuse(request, reply, "it asks for a host of another name", .misdirected)
  }

  /// What the page shows: to anybody on this machine, to others with the token.
  func showing(_ request: Request, _ reply: Reply, _ inside: () -> Void) {
    if isLocal || gate.admit(request, at: Clock.now()) != nil { return inside() }
    refuse(request, reply, "its token is missing or not right", .unauthorized)
  }

  func acting(_ request: Request, _ reply: Reply, _ inside: () -> Void) {
    guard request.header("x-s4l-request") == "1" else {
      return refuse(request, reply, "it has no header X-S4L-Request", .forbidden)
    }
    if let origin = request.header("origin") {
      let host = request.header("host") ?? ""
      guard origin == "http://\(host)" || origin == "https://\(host)" else {
        return refuse(request, reply, "it comes from the page of somebody else", .forbidden)
      }
    }
    guard gate.knowsSecret else {
      return refuse(request, reply, "metrics.token is not set", .locked)
    }
    guard gate.admit(request, at: Clock.now()) != nil else {
      return refuse(request, reply, "its token is missing or not right", .unauthorized)
    }
    inside()
  }

  private func refuse(
    _ request: Request, _ reply: Reply, _ reason: StaticString, _ answer: Answer
  ) {
    log.warn("a request of \(request.remote) is refused: \(reason)")
    reply.send(answer)
  }

  /// Whether a host is an address, or this machine to itself.
  private static func isOurs(_ host: String) -> Bool {
    var name = host[...]
    if name.hasPrefix("[") {
      guard let end = name.firstIndex(of: "]") else { return false }
      return HostAddress(text: String(name[name.index(after: name.startIndex)..<end])) != nil
    }
    if let colon = name.firstIndex(of: ":") { name = name[..<colon] }
    return name == "localhost" || HostAddress(text: String(name)) != nil
  }
}

extension Answer {
  static let unauthorized = error(401, "unauthorized").with("WWW-Authenticate", "Bearer")
  static let forbidden = error(403, "forbidden")
  static let locked = error(403, "metrics.token is not set")
  static let misdirected = error(421, "not a host of ours")
}
