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
}
