package import Core
package import HTTP
package import Records
internal import System

/// For whoever has nothing else to do meanwhile: the loop is turned until there is an answer.
extension Client {
  package func read(_ names: [String]) throws(Failure) -> [String: [JSON]] {
    try wait { then in read(names, then) }
  }

  package func ask(
    _ method: Exchange.Method, _ path: String, _ body: JSON? = nil
  ) throws(Failure) -> Answer {
    try wait { then in ask(method, path, body, then) }
  }

  private func wait<Value>(
    _ start: (@escaping (Result<Value, Failure>) -> Void) -> Void
  ) throws(Failure) -> Value {
    let reply = Awaited<Value>()
    start { reply.result = $0 }
    try loop.run { reply.result != nil }
    guard let result = reply.result else { throw Failure(.later, "", "interrupted") }
    return try result.get()
  }
}

private final class Awaited<Value> {
  var result: Result<Value, Failure>?
}
