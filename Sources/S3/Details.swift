internal import Core
internal import Store
internal import System
internal import Values

/// Asks for what a listing does not tell of files, a thousand at a time, and tells them in order.
final class Details {
  private struct Known {
    let path: Path
    let size: Int
    let stored: Timestamp?
    let etag: [UInt8]?
    let storageClass: [UInt8]?
  }

  private let store: S3Store
  private var waiting: [Known] = []

  static let most = 1_000

  init(_ store: S3Store) {
    self.store = store
  }

  /// Whether the listing has to wait.
  var isFull: Bool { waiting.count >= Details.most }

  func take(
    _ listed: Listed, _ each: (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    guard case .file(let view) = listed else {
      return try each(listed)
    }
    waiting.append(
      Known(
        path: Path(view.path), size: view.size, stored: view.stored,
        etag: view.etag.map(Array.init),
        storageClass: view.storageClass.map(Array.init)))
  }

  /// Tells what was taken. Called from outside of any answer, as it turns the loop.
  func flush(_ each: (Listed) throws(Failure) -> Void) throws(Failure) {
    var rest = waiting[...]
    waiting = []
    while !rest.isEmpty {
      let some = Array(rest.prefix(Details.most))
      rest = rest.dropFirst(some.count)
      try ask(some, each)
    }
  }

  private func ask(
    _ files: [Known], _ each: (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    var answers = [Result<Object, Failure>?](repeating: nil, count: files.count)
    var left = files.count
    for (place, file) in files.enumerated() {
      store.stat(file.path) { result in
        answers[place] = result
        left -= 1
      }
    }
    try store.loop.run { left == 0 }
    for (file, answer) in zip(files, answers) { try tell(file, answer, each) }
  }

  private func tell(
    _ file: Known, _ answer: Result<Object, Failure>?,
    _ each: (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    var mtime: Timestamp?
    switch answer {
    case .success(let object): mtime = object.etag == file.etag ? object.mtime : nil
    case .failure(let failure):
      // Gone since it was listed, or so it is said: what the listing told stands.
      if failure.kind != .absent { throw failure }
    case nil: throw Failure(.later, "", "the run was stopped")
    }
    let bytes = file.path.bytes + (file.etag ?? []) + (file.storageClass ?? [])
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      var rest = UnsafeRawBufferPointer(bytes)
      func next(_ count: Int) -> UnsafeRawBufferPointer {
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
      }
      var view = Listed.View(path: next(file.path.bytes.count), size: file.size)
      view.mtime = mtime
      view.stored = file.stored
      view.etag = file.etag.map { next($0.count) }
      view.storageClass = file.storageClass.map { next($0.count) }
      try each(.file(view))
    }
  }
}
