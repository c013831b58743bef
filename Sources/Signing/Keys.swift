package import Core

/// What requests to one store are signed with.
package struct Keys: Equatable, Sendable {
  /// Which keys they are; it is sent with every request and is no secret.
  package var access: String
  package var secret: Secret
  /// Keys that were lent for a while come with a token that says so.
  package var session: Secret?

  package init(access: String, secret: Secret, session: Secret? = nil) {
    self.access = access
    self.secret = secret
    self.session = session
  }
}

/// Where signatures are good: one service in one region.
package struct Scope: Equatable, Sendable {
  package var region: String
  package var service: String

  package init(region: String, service: String = "s3") {
    self.region = region
    self.service = service
  }
}
