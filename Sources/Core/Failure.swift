/// Why a run, or one item of it, did not succeed.
///
/// There is one error type. Its kind says what the caller may do about it, its subject which path,
/// key, option or host it is about, its reason why, in the words of the system or the server.
/// Raw error numbers and server codes are turned into a kind where they arise and go no further.
package struct Failure: Error, Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// The command line is wrong.
    case usage
    /// An input record is malformed, out of order or cut off.
    case data
    /// An input does not exist.
    case absent
    /// The service, or a program needed, cannot be used.
    case unavailable
    /// Our own error.
    case bug
    /// Reading or writing failed.
    case io
    /// Temporary: run again.
    case later
    /// Credentials or permissions do not suffice, or a brake holds back what would be deleted.
    case refused
    /// A configuration file is wrong.
    case config
  }

  package var kind: Kind
  package var subject: String
  package var reason: String
  /// Whether it only tells that the process before this one in a pipe broke off.
  package var isEcho = false

  package init(_ kind: Kind, _ subject: String, _ reason: String) {
    self.kind = kind
    self.subject = subject
    self.reason = reason
  }

  /// The subject and the reason, as they follow the tool's name in a message.
  package var message: String {
    subject.isEmpty ? reason : "\(subject): \(reason)"
  }
}
