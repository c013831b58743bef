package import Core

/// Who asks a service that gives out tokens.
package enum Identity {
  case nobody
  /// A token that was made on the server, in its own pages.
  case token(Secret)
  /// Who logs in, with a code that is good for once where the account wants one.
  case user(String, password: Secret, code: Secret?)
}
