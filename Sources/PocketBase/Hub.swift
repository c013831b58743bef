package import Core
internal import Settings
package import Values

/// The PocketBase that is configured: where it is, who we are to it, how patient we are.
package struct Hub: Sendable {
  /// Without a slash at its end: newer servers do not know an address with one.
  package let url: String
  let identity: String
  let password: Secret
  package let timeout: Span
  /// How often a request that failed is sent again, and how long it waits before that.
  package var attempts: Int
  package var pause: Span

  package init(url: String, identity: String, password: Secret, attempts: Int = 3) {
    self.url = url
    self.identity = identity
    self.password = password
    self.attempts = attempts
    timeout = Span(nanoseconds: 30_000_000_000)
    pause = Span(nanoseconds: 5_000_000_000)
  }

  /// Reads `[pocketbase]`; nil where none is configured.
  package init?(_ configuration: Configuration, url: String? = nil) throws(Failure) {
    guard let group = configuration.group("pocketbase"),
      var address = url ?? group.text("url")
    else { return nil }
    while address.hasSuffix("/") { address.removeLast() }
    guard address.hasPrefix("http://") || address.hasPrefix("https://") else {
      throw Failure(.config, "pocketbase.url", "\"\(address)\": it begins with http:// or https://")
    }
    guard let identity = group.text("admin_email") else {
      throw Failure(.config, "pocketbase.admin_email", "it is not set: nobody could log in")
    }
    guard let password = try group.secret("admin_password") else {
      throw Failure(.config, "pocketbase.admin_password", "it is not set: nobody could log in")
    }
    self.url = address
    self.identity = identity
    self.password = password
    let second: Int64 = 1_000_000_000
    timeout = Span(nanoseconds: Int64(group.integer("timeout_secs") ?? 30) * second)
    attempts = group.integer("retry_attempts") ?? 3
    pause = Span(nanoseconds: Int64(group.integer("retry_delay_secs") ?? 5) * second)
  }
}
