package import Core
package import Values

/// What remembers the files of repositories: a database, in a file or behind a server.
///
/// Writers take turns: `transaction` is one turn. Where a call fails, nothing of its turn is left.
package protocol RecordStore: AnyObject {
  /// How messages name it; holds no secret.
  var name: String { get }
  /// How many changes are well written in one turn.
  var batch: Int { get }

  // MARK: Repositories

  /// All of them, in order of their names.
  func repositories() throws(Failure) -> [Repository]
  /// Refused if the name or the id is taken.
  func add(_ repository: Repository, at now: Timestamp) throws(Failure)
  /// Forgets a repository with all its records and operations; how many files it had.
  func forget(_ repository: Repository) throws(Failure) -> Int

  // MARK: Turns

  /// Takes a turn: does all of it, or nothing. Where the database has gone and come back meanwhile
  /// it is begun again, so what is done in it must count once only.
  func transaction(_ body: () throws(Failure) -> Void) throws(Failure)
  /// Holds a repository for one purpose until the answer is let go of; nil if another process has
  /// it, unless it is waited for.
  func hold(
    _ repository: Repository, _ purpose: Purpose, waits: Bool
  ) throws(Failure) -> (any Hold)?
  /// Whether a process holds it for the purpose at this moment.
  func isHeld(_ repository: Repository, _ purpose: Purpose) throws(Failure) -> Bool

  // MARK: Operations

  /// Notes that an operation has begun. One that looks at everything gets a generation of its own;
  /// others that of the last one that did.
  func begin(_ kind: Operation.Kind, of repository: Repository, at now: Timestamp) throws(Failure)
    -> Operation
  /// Notes where an operation stands.
  func note(_ operation: Operation) throws(Failure)
  /// Operations that were begun by somebody who is gone, of these kinds, become failed.
  func abandon(
    _ kinds: [Operation.Kind], of repository: Repository, at now: Timestamp, _ reason: String
  ) throws(Failure)
  /// The last operations, newest first.
  func operations(of repository: Repository, atMost count: Int) throws(Failure) -> [Operation]
  /// Forgets operations that have ended before a moment, but for the last so many; how many.
  func prune(
    _ repository: Repository, keeping count: Int, before moment: Timestamp
  ) throws(Failure) -> Int

  // MARK: Records

  /// Makes changes in the order in which they are given, within a turn. What is wrong with single
  /// ones is told, and does not stop the rest.
  func write(
    _ changes: [Change], of repository: Repository, _ stamp: Stamp
  ) throws(Failure) -> [Flaw]
  func record(_ path: [UInt8], of repository: Repository) throws(Failure) -> FileRecord?
  /// The next records in byte order of path: those after one, and within a prefix.
  func page(
    of repository: Repository, after path: [UInt8]?, within prefix: [UInt8], atMost count: Int
  ) throws(Failure) -> [FileRecord]
  /// How many files there are, and the sum of their sizes.
  func totals(of repository: Repository) throws(Failure) -> (files: Int, bytes: Int)
}

/// What a process holds a repository for.
package enum Purpose: String, CaseIterable, Sendable {
  /// To see its changes as they happen.
  case watching
  /// To look at all of it.
  case updating
}

/// Lets go when it does.
package protocol Hold: AnyObject {}

/// A change that could not be made.
package struct Flaw: Equatable, Sendable {
  package var path: [UInt8]
  package var reason: String

  package init(_ path: [UInt8], _ reason: String) {
    self.path = path
    self.reason = reason
  }
}

extension RecordStore {
  /// The repository of a name or an id; nil if there is none.
  package func repository(_ name: String) throws(Failure) -> Repository? {
    let id = Repository.id(name)
    return try repositories().first { $0.name == name || $0.id == id }
  }
}
