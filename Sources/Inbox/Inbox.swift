package import Core
internal import System
package import Values

// The map of this module:
//
//   Inbox                        the events of all jobs: a folder with a few files for each
//   Inbox+Taking, Haul           what a run takes of them
//   Mailbox                      the file that events of one job are appended to
//   Slot                         the names of a job's files

/// Events that came in for jobs, kept in files until a run has acted on them.
///
///     JOB.events      lines, in the order in which they came
///     JOB.incoming    those that a run has just taken, beside what is left of another one
///     JOB.taken       what a run has in hand, or has left when it died
///     JOB.section     the same as a whole section of a stream, for the run to read
///     JOB.lock        held by the run
///
/// A line is in one of the first three from the moment that `append` returns until a run says that
/// it is done, whenever anybody is killed; a run that dies leaves its lines to the next. A line may
/// be handed out twice.
package final class Inbox {
  /// Where the files are.
  package let folder: Path
  /// How long a file may get.
  let limit: Int
  private var opened: Folder?
  private var mailboxes: [String: Mailbox] = [:]

  package static let usualLimit = 256 << 20

  package init(_ folder: Path, limit: Int = Inbox.usualLimit) {
    self.folder = folder
    self.limit = limit
  }

  /// The inbox of this user.
  package convenience init(
    _ environment: Environment, limit: Int = Inbox.usualLimit
  ) throws(Failure) {
    guard let state = environment.folder(.state) else {
      throw Failure(.absent, "HOME", "the variable is not set, so there is no place for events")
    }
    self.init(Path(text: state).appending("inbox"), limit: limit)
  }

  /// The folder, which is made when it is first needed, for its owner alone.
  func place() throws(Failure) -> Folder {
    if let opened { return opened }
    let found: Folder
    do throws(Failure) { found = try Folder.open(folder) } catch {
      guard error.kind == .absent else { throw error }
      try folder.makeFolders(mode: 0o700)
      found = try Folder.open(folder)
    }
    opened = found
    return found
  }

  /// What an append has led to.
  package struct Receipt: Equatable, Sendable {
    /// Tells the file from those that were taken before. What is appended to one file is taken
    /// together, so whoever has asked for a run once it was there need not ask again.
    package var generation: Int
  }

  /// Appends whole lines, each with its newline, and returns once they are durable. They are there
  /// all or, as far as anybody can promise, not at all.
  package func append(
    _ lines: UnsafeRawBufferPointer, for job: String
  ) throws(Failure) -> Receipt {
    let mailbox: Mailbox
    if let known = mailboxes[job] {
      mailbox = known
    } else {
      mailbox = Mailbox(try place(), try Slot(job), limit)
      mailboxes[job] = mailbox
    }
    return Receipt(generation: try mailbox.append(lines))
  }

  /// Those of the jobs that have events waiting, or left by a run that died.
  package func pending(_ jobs: [String]) throws(Failure) -> [String] {
    let folder: Folder
    do throws(Failure) { folder = try Folder.open(self.folder) } catch {
      if error.kind == .absent { return [] }
      throw error
    }
    var found: [String] = []
    for job in jobs {
      let slot = try Slot(job)
      var size = 0
      for name in [slot.events, slot.incoming, slot.taken] {
        size += try folder.size(of: name) ?? 0
      }
      if size > 0 { found.append(job) }
    }
    return found
  }
}
