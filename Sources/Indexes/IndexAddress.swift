package import Core
internal import System
package import Values

/// Where an index is kept: in a file of this machine, or on a PostgreSQL server.
package enum IndexAddress: Equatable, Sendable {
  case file(Path)
  /// As libpq takes it, without a password.
  case server(String)

  /// Reads an address as a user gives it: a path, file:///path, or postgresql://....
  package init(text: String) throws(Failure) {
    if text.isEmpty { throw Failure(.usage, "database", "its address is empty") }
    for scheme in ["postgresql://", "postgres://"] where text.hasPrefix(scheme) {
      try IndexAddress.checkForPassword(text.dropFirst(scheme.utf8.count))
      self = .server(text)
      return
    }
    let bytes = Array(text.utf8)
    if text.hasPrefix("file://") {
      let path = Path(bytes.dropFirst(7))
      guard path.isAbsolute else {
        throw Failure(.usage, text, "a file address names no host and an absolute path")
      }
      self = .file(path)
    } else if let colon = text.place(of: "://") {
      throw Failure(
        .usage, String(text[..<colon.lowerBound]),
        "an index is kept in a file, or at postgresql://")
    } else {
      self = .file(Path(bytes))
    }
  }

  /// What may be a secret is not repeated.
  private static func checkForPassword(_ rest: Substring) throws(Failure) {
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let user = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
    let query = rest.firstIndex(of: "?").map { rest[$0...].lowercased() } ?? ""
    if user.contains(":") || query.holds("password=") {
      throw Failure(
        .usage, "postgresql://",
        "an address holds no password: PGPASSFILE, PGPASSWORD or password_file in [index] do")
    }
  }
}
