package import Core
internal import HTTP
internal import Store
package import Values

extension ObjectStore {
  /// Removes objects one by one. What is not there is no failure.
  package func removeEach(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    if paths.isEmpty { return then([]) }
    var answers = [Failure?](repeating: nil, count: paths.count)
    var left = paths.count
    for (place, path) in paths.enumerated() {
      client.send(Ask(.delete, .delete, key(path))) { result in
        if case .failure(let refusal) = result, !refusal.fits(.absent) {
          answers[place] = refusal.failure
        }
        left -= 1
        if left == 0 { then(answers) }
      }
    }
  }
}
