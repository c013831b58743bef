package import Core
internal import Postgres
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
    if ServerAddress.fits(text) {
      // What may be a secret is not repeated.
      if ServerAddress.mayHoldPassword(text) {
        throw Failure(
          .usage, "postgresql://",
          "an address holds no password: PGPASSFILE, PGPASSWORD or password_file in [index] do")
      }
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
}
