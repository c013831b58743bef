package import Core
internal import Drives
internal import HTTP
internal import Records
internal import Signing
package import Store
internal import System
package import Values

/// Files on their way there, and files that are to go.
extension OpenListDrive {
  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    if let objection = parcel.path.objection {
      return later(Failure(.refused, "", objection), then)
    }
    if case .anything = parcel.condition { return send(parcel, then) }
    // The server heeds one condition of the two, and that one not everywhere.
    stat(parcel.path) { [self] found in
      if let objection = parcel.condition.objection(to: found) {
        then(.failure(objection))
      } else {
        send(parcel, then)
      }
    }
  }

  private func send(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    let headers: [(name: String, value: String)]
    do throws(Failure) {
      headers = try self.headers(parcel)
    } catch {
      return later(error, then)
    }
    let body: Exchange.Body =
      switch parcel.content {
      case .bytes(let bytes): .bytes(bytes)
      case .file(let file): .file(file, offset: 0, count: parcel.size)
      }
    ask {
      [address] () throws(Failure) in
      guard parcel.isUnchanged() else { throw OpenListDrive.changed }
      return Exchange(
        .put, "\(address)/api/fs/put", headers: headers, body: body, sink: .memory(most: 65_536),
        stall: OpenListDrive.patience)
    } _: { result in
      switch result {
      case .failure(let failure): then(.failure(failure))
      // It has its name by now; but nobody is told that this is what was to be stored.
      case .success where !parcel.isUnchanged(): then(.failure(OpenListDrive.changed))
      case .success: self.verify(parcel, then)
      }
    }
  }

  /// Holds what the server has against what was sent: that it says so is not enough.
  private func verify(
    _ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    stat(parcel.path) { found in
      let failure: Failure
      switch found {
      case .success(let object) where object.size == parcel.size:
        parcel.moved(parcel.size)
        let now = Fingerprint(size: object.size, mtime: object.mtime)
        return then(.success(Receipt(now, isConfirmed: false)))
      case .success(let object):
        failure = Failure(.later, "", "the server has \(object.size) bytes of \(parcel.size)")
      case .failure(let trouble) where trouble.kind == .absent:
        failure = Failure(.later, "", "the server took it, but does not have it yet")
      case .failure(let trouble): failure = trouble
      }
      then(.failure(failure))
    }
  }

  private static var changed: Failure {
    Failure(.later, "", "it was changed while it was read")
  }

  private func headers(_ parcel: Parcel) throws(Failure) -> [(name: String, value: String)] {
    let path = Path(text: try text(parcel.path))
    var headers = [
      ("File-Path", Encoding.path(path)),
      ("Content-Type", parcel.traits.contentType ?? "application/octet-stream"),
    ]
    if let mtime = parcel.mtime {
      let (whole, isTooFar) = mtime.seconds.multipliedReportingOverflow(by: 1_000)
      let milliseconds = whole &+ Int64(mtime.nanoseconds / 1_000_000)
      if !isTooFar { headers.append(("Last-Modified", "\(milliseconds)")) }
    }
    if case .absent = parcel.condition { headers.append(("Overwrite", "false")) }
    return headers
  }

  // MARK: Removing

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    sift(paths) { [self] places, failures in
      Removing(self, paths, failures, then).start(places)
    }
  }
}

/// Files that are to go, folder by folder.
private final class Removing {
  private let drive: OpenListDrive
  private let paths: [Path]
  private let then: ([Failure?]) -> Void
  private var failures: [Failure?]
  private var rest = 0
  private var files: [Path: [Int]] = [:]
  private var folders: [Path] = []

  init(
    _ drive: OpenListDrive, _ paths: [Path], _ failures: [Failure?],
    _ then: @escaping ([Failure?]) -> Void
  ) {
    self.drive = drive
    self.paths = paths
    self.failures = failures
    self.then = then
  }

  func start(_ places: [Int]) {
    for place in places {
      let folder = paths[place].parent
      if files[folder] == nil { folders.append(folder) }
      files[folder, default: []].append(place)
    }
    rest = folders.count
    if rest == 0 { return then(failures) }
    for folder in folders {
      remove(files[folder] ?? [], in: folder) {
        self.rest -= 1
        if self.rest == 0 { self.then(self.failures) }
      }
    }
  }

  /// It stops at the first that fails, and does not say which that was. So they go one by one then.
  private func remove(_ places: [Int], in folder: Path, _ done: @escaping () -> Void) {
    let body: [UInt8]
    do throws(Failure) {
      let names = places.map { String(decoding: paths[$0].name.bytes, as: UTF8.self) }
      body =
        JSON.object([
          .init("dir", .text(try drive.text(folder.trimmed))),
          .init("names", .list(names.map(JSON.text))),
        ]).bytes
    } catch {
      for place in places { failures[place] = error }
      return done()
    }
    drive.call("remove", body) { result in
      switch result {
      case .success: done()
      case .failure(let failure) where failure.kind == .absent && places.count == 1: done()
      case .failure(let failure) where places.count == 1:
        self.failures[places[0]] = failure
        done()
      case .failure:
        var rest = places.count
        for place in places {
          self.remove([place], in: folder) {
            rest -= 1
            if rest == 0 { done() }
          }
        }
      }
    }
  }
}
