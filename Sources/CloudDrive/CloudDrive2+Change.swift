package import Core
package import Store
internal import System
package import Values

/// Files that are to be there, the folders for them, and files that are to go.
extension CloudDrive2 {
  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    do throws(Failure) { try Sending(self, parcel, then).start() } catch {
      loop.after(0) { then(.failure(error)) }
    }
  }

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    if paths.isEmpty {
      loop.after(0) { then([]) }
    } else {
      Removing(self, paths, then).start()
    }
  }

  /// Makes a folder, and those above it that are missing; tells why that cannot be done.
  func makeFolder(_ folder: Path, _ then: @escaping (Failure?) -> Void) {
    look(folder) { [self] result in
      switch result {
      case .success(.folder): return then(nil)
      case .success(.file): return then(Failure(.io, "", "a file is where a folder has to be"))
      case .failure(let failure) where failure.kind != .absent: return then(failure)
      case .failure(let failure):
        // What is above the root of all is not ours to make.
        guard !root.appending(folder).parts.isEmpty else { return then(failure) }
        let above = root.appending(folder).parent
        makeAbove(folder) { [self] failure in
          if let failure { return then(failure) }
          make(folder, in: above, then)
        }
      }
    }
  }

  private func makeAbove(_ folder: Path, _ then: @escaping (Failure?) -> Void) {
    if !folder.isEmpty { return makeFolder(folder.parent.isEmpty ? Path() : folder.parent.trimmed, then) }
    then(nil)
  }

  private func make(_ folder: Path, in above: Path, _ then: @escaping (Failure?) -> Void) {
    let whole = root.appending(folder)
    let name = String(decoding: whole.name.bytes, as: UTF8.self)
    let parent = String(decoding: above.trimmed.bytes, as: UTF8.self)
    ask(Call.makeFolder(name, in: parent), { Deed(inFolderResult: $0) }) { [self] result in
      let failure: Failure?
      switch result {
      case .success(let deed): failure = deed.failure("the folder cannot be made")
      case .failure(let trouble): failure = trouble
      }
      guard let failure else { return then(nil) }
      // Somebody else may have made it at the same moment.
      look(folder) { result in
        if case .success(.folder) = result { then(nil) } else { then(failure) }
      }
    }
  }
}

/// Files that are to go.
///
/// The service removes whatever has a name, folders with all that is in them. So each is looked at
/// first, and only what is a file goes.
private final class Removing {
  private let drive: CloudDrive2
  private let paths: [Path]
  private let then: ([Failure?]) -> Void
  private var failures: [Failure?]
  private var rest: Int
  private var files: [Int] = []

  init(_ drive: CloudDrive2, _ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    self.drive = drive
    self.paths = paths
    self.then = then
    failures = Array(repeating: nil, count: paths.count)
    rest = paths.count
  }

  func start() {
    for place in paths.indices {
      drive.stat(paths[place]) { [self] found in
        switch found {
        case .success: files.append(place)
        case .failure(let failure) where failure.kind == .absent: break
        case .failure(let failure): failures[place] = failure
        }
        rest -= 1
        if rest == 0 { remove() }
      }
    }
  }

  private func remove() {
    if files.isEmpty { return then(failures) }
    remove(files) { [self] failure in
      guard let failure else { return then(failures) }
      if files.count > 1 { return removeEach() }
      settle(files[0], failure) { [self] in then(failures) }
    }
  }

  /// One answer is for all of them; which one it was that could not go is found out one by one.
  private func removeEach() {
    rest = files.count
    for place in files {
      remove([place]) { [self] failure in
        settle(place, failure) { [self] in
          rest -= 1
          if rest == 0 { then(failures) }
        }
      }
    }
  }

  private func settle(_ place: Int, _ failure: Failure?, _ done: @escaping () -> Void) {
    guard let failure else { return done() }
    // It may have gone in spite of what was said, or with an answer that was lost.
    drive.stat(paths[place]) { [self] found in
      if case .failure(let trouble) = found, trouble.kind == .absent { return done() }
      failures[place] = failure
      done()
    }
  }

  private func remove(_ places: [Int], _ then: @escaping (Failure?) -> Void) {
    let names = places.map { String(decoding: drive.root.appending(paths[$0]).bytes, as: UTF8.self) }
    drive.ask(Call.delete(names), { Deed($0) }) { result in
      switch result {
      case .success(let deed): then(deed.failure("it cannot be removed"))
      case .failure(let failure): then(failure)
      }
    }
  }
}
