package import Core
internal import System
package import Values

extension Store {
  /// Looks at a file and waits for the answer.
  package func look(_ path: Path) throws(Failure) -> Object {
    var answer: Result<Object, Failure>?
    stat(path) { answer = $0 }
    try loop.run { answer != nil }
    guard let answer else { throw Failure(.later, "\(path)", "the run was stopped") }
    return try answer.get()
  }

  /// Whether a failure says that a path itself is not there, and nothing of what it lies in.
  package func isAbsence(_ failure: Failure, of path: Path) -> Bool {
    let names = ["", "\(path)", "\(path.trimmed)", "\(location.appending(path.trimmed))"]
    return failure.kind == .absent && names.contains(failure.subject)
  }
}
