internal import Core
internal import Drives
internal import HTTP
internal import Store
internal import Values

/// The folders that were made or found, so that each is asked for only once.
final class Parents {
  private var known: Set<Path> = []
  private var waiting: [Path: [(Failure?) -> Void]] = [:]

  func isKnown(_ folder: Path) -> Bool { known.contains(folder) }

  func forget() { known.removeAll() }

  /// Makes sure that a folder is there; several who want the same wait together.
  fileprivate func join(_ folder: Path, _ then: @escaping (Failure?) -> Void) -> Bool {
    waiting[folder, default: []].append(then)
    return waiting[folder]?.count == 1
  }

  fileprivate func end(_ folder: Path, _ failure: Failure?) {
    if failure == nil { known.insert(folder) }
    for then in waiting.removeValue(forKey: folder) ?? [] { then(failure) }
  }
}

extension WebDAVDrive {
  /// Makes a folder, named without a slash at its end, with all above it that are missing, those
  /// of the location too.
  func make(_ folder: Path, _ then: @escaping (Failure?) -> Void) {
    if parents.isKnown(folder) { return then(nil) }
    guard parents.join(folder, then) else { return }
    makeOne(folder, isLast: false) { [parents] in parents.end(folder, $0) }
  }

  private func makeOne(_ folder: Path, isLast: Bool, _ then: @escaping (Failure?) -> Void) {
    // What the server has at its top is there.
    if place.path.isEmpty, folder.isEmpty { return then(nil) }
    ask(.mkcol, folder, isFolder: true, accepting: [200, 201, 204, 405, 409, 404]) {
      [self] result in
      switch result {
      case .success(let answer) where answer.status == 409 || answer.status == 404:
        let missing = Failure(.unavailable, "", "the folder for it cannot be made")
        if isLast { return then(missing) }
        makeAbove(folder) { [self] failure in
          if let failure { return then(failure) }
          makeOne(folder, isLast: true, then)
        }
      case .success(let answer) where answer.status == 405: find(folder, Fault.failure(405), then)
      case .success: then(nil)
      // Some servers refuse what is there already, each in words of its own.
      case .failure(let failure): find(folder, failure, then)
      }
    }
  }

  /// Succeeds if the folder is there after all.
  private func find(_ folder: Path, _ refusal: Failure, _ then: @escaping (Failure?) -> Void) {
    var isFolder = false
    Asking(
      self, Asking.Question(path: folder, isFolder: false, refreshes: false, isNamedFolder: true)
    ) { name, resource in
      if name == nil { isFolder = resource.kind == .folder }
    } _: { result in
      switch result {
      case .success where isFolder: then(nil)
      case .success:
        then(Failure(.refused, "", "a file stands where the folder \(folder) should be"))
      case .failure(let failure): then(failure.kind == .absent ? refusal : failure)
      }
    }.start()
  }

  private func makeAbove(_ folder: Path, _ then: @escaping (Failure?) -> Void) {
    if !folder.isEmpty { return make(folder.parent.trimmed, then) }
    above(place.path, then)
  }

  /// Makes the folders above the location itself, from the top.
  private func above(_ path: Path, _ then: @escaping (Failure?) -> Void) {
    let parts = path.parts.map { Path($0) }
    var made = 1
    func next() {
      if made >= parts.count { return then(nil) }
      let folder = parts[..<made].reduce(Path()) { $0.appending($1) }
      made += 1
      let url = address(folder, isFolder: true)
      send {
        Exchange(.mkcol, url, stall: WebDAVDrive.patience)
      } judge: { answer in
        // Of those that are there already some may not even be looked at; what matters is made
        // next.
        answer.status == 401 || answer.status >= 500 || answer.status == 429 ? nil : .fine
      } _: { result in
        if case .failure(let failure) = result { then(failure) } else { next() }
      }
    }
    next()
  }
}
