package import Core
internal import Store
internal import System
package import Values

extension Drive {
  /// Looks at files that are to go. `then` gets the places of those that are there, and what stands
  /// in the way of others: a service removes whatever has a name, folders with all that is in them.
  package func sift(_ paths: [Path], _ then: @escaping ([Int], [Failure?]) -> Void) {
    if paths.isEmpty {
      loop.after(0) { then([], []) }
      return
    }
    var failures = [Failure?](repeating: nil, count: paths.count)
    var isThere = [Bool](repeating: false, count: paths.count)
    var rest = paths.count
    for place in paths.indices {
      stat(paths[place]) { found in
        switch found {
        case .success: isThere[place] = true
        case .failure(let failure) where failure.kind == .absent: break
        case .failure(let failure): failures[place] = failure
        }
        rest -= 1
        if rest == 0 { then(paths.indices.filter { isThere[$0] }, failures) }
      }
    }
  }
}
