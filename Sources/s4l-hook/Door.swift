import Core
import Serve
import System

/// Lets in who may come in.
struct Door {
  private let gate: Gate
  let log: Log

  init(_ gate: Gate, _ log: Log) {
    self.gate = gate
    self.log = log
  }

  func pass(
    _ request: Request, _ reply: Reply, isLenient: Bool = false, _ inside: (Gate.Ground) -> Void
  ) {
    if let ground = gate.admit(request, at: Clock.now(), isLenient: isLenient) {
      return inside(ground)
    }
    log.warn("a request of \(request.remote) is not let in: \(Door.reason(request))")
    reply.send(.unauthorized)
  }

  /// What it has brought in vain.
  private static func reason(_ request: Request) -> String {
    if request.header("x-s4l-signature") != nil {
      return request.header("x-s4l-timestamp") == nil && request.body.isEmpty
        ? "it is signed without a time, and has no body"
        : "its signature is not right, or its time is more than five minutes off"
    }
    if request.header("authorization") != nil { return "its token is not right" }
    return "it has neither token nor signature, and hook.allow does not name its address"
  }
}
