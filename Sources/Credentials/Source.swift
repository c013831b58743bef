package import Core
package import Signing
package import Values

/// A place that keys come from, with all that is needed to ask for them.
package indirect enum Source: Equatable, Sendable {
  /// Keys that were written down.
  case fixed(Keys)
  /// What a program prints.
  case command(Command)
  /// What a container's own service answers.
  case container(Container)
  /// What the metadata of an instance say.
  case instance(Instance)
  /// A role that is taken on with keys from another place.
  case role(Role, Source)
  /// A role that is taken on with a token that somebody else vouches for.
  case webIdentity(Role, tokenFile: String)

  package struct Command: Equatable, Sendable {
    package var line: String
    /// Where it stands.
    package var place: String
  }

  package struct Container: Equatable, Sendable {
    package var url: String
    package var token: Secret?
    /// Is read for each request, since others renew it.
    package var tokenFile: String?
  }

  package struct Instance: Equatable, Sendable {
    package var endpoint: String
    package var timeout: Span
    package var attempts: Int
  }

  package struct Role: Equatable, Sendable {
    package var arn: String
    package var sessionName: String?
    package var externalID: String?
    package var seconds: Int?
    /// Where it stands.
    package var place: String
    /// The service that lends its keys, and the region that its signatures name.
    package var service: String
    package var region: String
  }
}

/// Keys, and until when they are good.
package struct Loan: Equatable, Sendable {
  package var keys: Keys
  /// Nil if they are good for ever, as far as is known.
  package var expires: Timestamp?

  package init(keys: Keys, expires: Timestamp?) {
    self.keys = keys
    self.expires = expires
  }
}

/// What the user or our own configuration says of the keys.
package struct Given: Equatable, Sendable {
  package var access: Secret?
  package var secret: Secret?
  package var session: Secret?
  package var profile: String?
  /// Whether requests are to go without a signature.
  package var isAnonymous: Bool

  package init(
    access: Secret? = nil, secret: Secret? = nil, session: Secret? = nil, profile: String? = nil,
    isAnonymous: Bool = false
  ) {
    self.access = access
    self.secret = secret
    self.session = session
    self.profile = profile
    self.isAnonymous = isAnonymous
  }
}
