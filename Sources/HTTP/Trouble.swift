package import Core

/// Why an exchange ended without a whole answer.
package struct Trouble: Error, Equatable, Sendable {
  package enum Kind: Sendable, CaseIterable {
    /// The name of the host, or of the proxy, is not known.
    case unresolved
    /// No connection could be made.
    case unreachable
    /// The other side did not prove who it is, or could not agree on TLS.
    case untrusted
    /// The time for the whole, or for connecting, was up.
    case timeout
    /// Nothing moved for too long.
    case stalled
    /// The connection or the answer was cut off, or the answer was none of HTTP.
    case broken
    /// Whoever asked did not want the rest.
    case refused
    /// The answer holds more than was allowed.
    case tooLarge
    /// Our own file could not be read or written.
    case file
    /// The request cannot be sent as it is.
    case malformed
  }

  package var kind: Kind
  package var reason: String

  package init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  /// The trouble as a failure of what the exchange was for.
  package func failure(_ subject: some CustomStringConvertible) -> Failure {
    let kind: Failure.Kind =
      switch self.kind {
      case .unresolved, .unreachable, .timeout, .stalled, .broken: .later
      case .untrusted: .refused
      case .refused, .file: .io
      case .tooLarge: .data
      case .malformed: .usage
      }
    return Failure(kind, "\(subject)", reason)
  }
}
