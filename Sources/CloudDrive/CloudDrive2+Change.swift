package import Core
internal import Drives
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
    sift(paths) { [self] places, failures in
      Removing(self, paths, places, failures, then).start()
    }
  }

  package func sweep(before moment: Timestamp) throws(Failure) -> Int {
    try sweepLeavings(before: moment) { path, place, then in
      let from = CloudDrive2.text(whole: root.appending(path))
      let name = place.map { CloudDrive2.text(whole: $0.name) }
      let call = name.map { Call.rename(from, to: $0) } ?? Call.delete([from])
      order(call, "it stays") { then($0) }
    }
  }

  /// Makes a folder, and those above it that are missing; tells why that cannot be done.
  func makeFolder(_ folder: Path, _ then: @escaping (Failure?) -> Void) {
    make(whole: root.appending(folder), then)
  }

  private func make(whole folder: Path, _ then: @escaping (Failure?) -> Void) {
    look(atWhole: CloudDrive2.text(whole: folder)) { [self] result in
      switch result {
      case .success(.folder): then(nil)
      case .success(.file): then(Failure(.io, "", "a file is where a folder has to be"))
      // What is at the top are the clouds, which are not ours to make.
      case .failure(let failure) where failure.kind != .absent || folder.parts.count < 2:
        then(failure)
      case .failure:
        make(whole: folder.parent.trimmed) { [self] failure in
          if let failure { then(failure) } else { make(folder, then) }
        }
      }
    }
  }

  /// Makes one folder in one that is there.
  private func make(_ folder: Path, _ then: @escaping (Failure?) -> Void) {
    let call = Call.makeFolder(
      String(decoding: folder.name.bytes, as: UTF8.self),
      in: CloudDrive2.text(whole: folder.parent.trimmed))
    order(call, "the folder cannot be made", { Deed(inFolderResult: $0) }) { [self] failure in
      guard let failure else { return then(nil) }
      // Somebody else may have made it at the same moment.
      look(atWhole: CloudDrive2.text(whole: folder)) { result in
        if case .success(.folder) = result { then(nil) } else { then(failure) }
      }
    }
  }

  /// A path that is known to be text.
  static func text(whole path: Path) -> String { String(decoding: path.bytes, as: UTF8.self) }
}

/// Files that are to go.
private final class Removing {
  private let drive: CloudDrive2
  private let paths: [Path]
  private let then: ([Failure?]) -> Void
  private var failures: [Failure?]
  private var rest = 0
  private let files: [Int]

  init(
    _ drive: CloudDrive2, _ paths: [Path], _ files: [Int], _ failures: [Failure?],
    _ then: @escaping ([Failure?]) -> Void
  ) {
    self.drive = drive
    self.paths = paths
    self.files = files
    self.failures = failures
    self.then = then
  }

  func start() {
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
    let names = places.map { CloudDrive2.text(whole: drive.root.appending(paths[$0])) }
    drive.order(Call.delete(names), "it cannot be removed") { then($0) }
  }
}
