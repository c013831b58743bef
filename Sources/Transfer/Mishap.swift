internal import Core
internal import System

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

  static let notRegular = Mishap(.refused, "it is not a regular file")
  static let changedSinceListed = Mishap(.later, "it has changed since it was listed")
  static let changedWhileCopied = Mishap(.later, "it changed while it was copied")
  static let appeared = Mishap(.later, "the target has appeared since the plan was made")
  static let targetChanged = Mishap(.later, "the target has changed since the plan was made")
  static let targetIsFolder = Mishap.flip("a folder stands where the file should be")
}

extension Inode {
  /// Looks at an open file whose failure is that of one item.
  static func look(_ file: Int32) throws(Mishap) -> Inode {
    do { return try Inode.of(file, "") } catch { throw .failed(error) }
  }
}
