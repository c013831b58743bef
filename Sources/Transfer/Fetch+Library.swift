internal import Core
internal import Manifests
internal import Records
internal import Store
internal import Stream
internal import System
internal import Values

/// Files for a media library: what is there already mostly stays as it is, and what is written is
/// noted in the manifest, so that whoever cleans the library knows it for ours.
extension Fetch {
  func gather(
    _ trip: Trip, _ origin: Remote, _ target: Target, _ library: LibraryTerms
  ) throws(Mishap) {
    let there = try standing(trip.item.target, target)
    if let there, library.existing == .skip || there.form != .file {
      if there.form == .folder { throw .targetIsFolder }
      if library.existing == .skip { return keep(trip, origin, there) }
      throw Mishap(.refused, "what stands in its place is no file")
    }
    // An event tells that there is something new, hardly ever what.
    if origin.listed.size != nil { return try settle(trip, origin, target, there) }
    store.stat(trip.item.path) { [self] answer in
      guard !trip.isOver else { return }
      switch answer {
      case .failure(let failure): missed(trip, failure)
      case .success(let object):
        var origin = origin
        origin.listed = Fingerprint(size: object.size, etag: object.etag)
        origin.time = object.mtime ?? object.stored ?? origin.time
        origin.sha256 = object.sha256.map { Array($0.utf8) }
        do throws(Mishap) { try settle(trip, origin, target, there) } catch {
          flight.finish(trip, .failed(error))
        }
      }
    }
  }

  private func settle(
    _ trip: Trip, _ origin: Remote, _ target: Target, _ there: Inode?
  ) throws(Mishap) {
    guard let there else { return try fetch(trip, origin, target, .absent) }
    let isSameAge = origin.time.map { there.mtime.agrees(with: $0) } ?? true
    if origin.listed.size == there.size, isSameAge { return keep(trip, origin, there) }
    try fetch(trip, origin, target, .unchanged(there.fingerprint))
  }

  private func keep(_ trip: Trip, _ origin: Remote, _ there: Inode) {
    flight.finish(trip, .kept(.object(origin.listed), there.fingerprint))
  }

  /// What is at the target now; nil if nothing is.
  private func standing(_ path: Path, _ target: Target) throws(Mishap) -> Inode? {
    let spot = Spot(path)
    guard let folder = try folder(spot.parent, of: target) else { return nil }
    let found = Inode.at(
      folder.descriptor, targetName(spot.name), followsLinks: false, brief: true)
    switch found {
    case .success(let inode): return inode
    case .failure(let error):
      if error.isAbsent { return nil }
      throw Mishap(error, path)
    }
  }

  private func folder(
    _ path: ArraySlice<UInt8>, of target: Target
  ) throws(Mishap) -> Folder? {
    if let near = near.folder(path) { return near }
    let found = try target.open(path)
    if let found { near.keep(found, at: path) }
    return found
  }

  private func ledger(of target: Target) throws(Failure) -> Manifest? {
    if let manifest { return manifest }
    manifest = try Manifest(of: target.root, creates: true)
    return manifest
  }

  /// Notes what is about to get its name: a file of ours that the manifest does not know would
  /// never be cleaned.
  func note(_ item: Item, _ origin: Remote, _ now: Fingerprint, _ target: Target) throws(Mishap) {
    guard flight.terms.library != nil else { return }
    let root = Manifest.origin(flight.head?.root ?? flight.terms.from)
    let isByEvents = flight.head?.view == .events
    do throws(Failure) {
      try ledger(of: target)?.append { writer in
        writer.begin(.record)
        writer.add(.target, name: item.target)
        if let root { writer.add(.root, name: root) }
        writer.add(.path, name: item.path)
        if let size = now.size { writer.add(.size, size) }
        if let mtime = now.mtime { writer.add(.mtime, mtime) }
        if let digest = origin.sha256 {
          writer.add(.sha256, text: String(decoding: digest, as: UTF8.self))
        }
        if isByEvents { writer.add(.view, "events") }
        writer.end()
      }
    } catch {
      throw .failed(error)
    }
  }
}

extension Timestamp {
  /// Whether two times can be of one moment: many a drive and many a file system knows whole
  /// seconds only.
  fileprivate func agrees(with other: Timestamp) -> Bool {
    guard nanoseconds == 0 || other.nanoseconds == 0 else { return self == other }
    return seconds == other.seconds
  }
}
