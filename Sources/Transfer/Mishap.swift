internal import Core
internal import Records
internal import System
internal import Values

/// Why an item was not copied.
enum Mishap: Error {
  case failed(Failure)
  /// A file stands where a folder should, or the other way round.
  case flip(String)
  /// The source has gone.
  case vanished

  init(_ error: SystemError, _ subject: some CustomStringConvertible) {
    self = .failed(error.failure(subject))
  }

  init(_ kind: Failure.Kind, _ reason: String) {
    self = .failed(Failure(kind, "", reason))
  }

  /// What a store says of a path; told with the outcome of that path, it need not be named again.
  init(_ failure: Failure, of path: Path) {
    let isKnown = failure.subject.isEmpty || failure.subject == "\(path)"
    self = .failed(Failure(failure.kind, "", isKnown ? failure.reason : failure.message))
  }

  static let notRegular = Mishap(.refused, "it is not a regular file")
  static let changedSinceListed = Mishap(.later, "it has changed since it was listed")
  static let changedWhileCopied = Mishap(.later, "it changed while it was copied")
  static let misread = Mishap(.io, "what was written reads back differently")
  static let appeared = Mishap(.later, "the target has appeared since the plan was made")
  static let targetChanged = Mishap(.later, "the target has changed since the plan was made")
  static let targetDiffers = Mishap(
    .refused, "the target has other bytes, and they are not to be replaced")
  static let unconfirmed = Mishap(
    .refused, "the target cannot be shown to have these bytes, and is not to be replaced")
  static let targetIsFolder = Mishap.flip("a folder stands where the file should be")
}

extension Inode {
  /// Looks at an open file whose failure is that of one item.
  static func look(_ file: Int32) throws(Mishap) -> Inode {
    do { return try Inode.of(file, "") } catch { throw .failed(error) }
  }

  var fingerprint: Fingerprint { Fingerprint(size: size, mtime: mtime) }
}
