package import Core
package import System
package import Values

/// Carries exchanges out, many at a time over connections that are kept, on a loop.
///
/// Redirects are never followed: a signature is for one host only, and so are credentials. What is
/// told to whom about an exchange is told from the loop, never before `start` has returned. A
/// courier that is let go drops what it carries, and nobody is told.
package final class Courier {
  package struct Manner: Sendable {
    /// How long connecting may take.
    package var connect: Span
    /// How long no byte may move.
    package var stall: Span
    /// A file of certificates to trust in place of the system's.
    package var authorities: Path?
    /// Whether anyone may pose as the server. Telling the user is up to the caller.
    package var isInsecure: Bool
    /// How many exchanges are under way at a time; more wait in their order.
    package var most: Int
    /// The name under which requests are made.
    package var agent: String
    /// How many bytes of contents move in a second at most.
    package var rate: Int?

    package init(
      connect: Span = Span(nanoseconds: 10_000_000_000),
      stall: Span = Span(nanoseconds: 60_000_000_000), authorities: Path? = nil,
      isInsecure: Bool = false, most: Int = 16, agent: String = "s4l",
      rate: Int? = nil
    ) {
      self.connect = connect
      self.stall = stall
      self.authorities = authorities
      self.isInsecure = isInsecure
      self.most = max(most, 1)
      self.agent = agent
      self.rate = rate
    }
  }

  private let loop: Loop
  private let depot: Depot

  package init(_ loop: Loop, _ manner: Manner = Manner()) throws(Failure) {
    try Library.open()
    self.loop = loop
    depot = try Depot(loop, manner)
  }

  deinit {
    depot.close()
  }

  /// Starts an exchange, or queues it while too many are under way.
  package func start(
    _ exchange: Exchange, _ then: @escaping (Result<Answer, Trouble>) -> Void
  ) {
    _ = depot.accept(exchange, then)
  }

  /// Carries out an exchange and turns the loop until it is answered. A request to stop that comes
  /// meanwhile is thrown; the answer is then dropped.
  package func perform(_ exchange: Exchange) throws(Failure) -> Result<Answer, Trouble> {
    final class Reply { var result: Result<Answer, Trouble>? }
    let reply = Reply()
    let order = depot.accept(exchange) { reply.result = $0 }
    // The caller may close the files of the exchange once this has thrown.
    defer { if reply.result == nil { depot.drop(order) } }
    try loop.run { reply.result != nil }
    guard let result = reply.result else { throw Failure(.later, "", "interrupted") }
    return result
  }
}
