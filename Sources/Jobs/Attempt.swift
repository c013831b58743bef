package import Annals
package import Command
package import Core
package import Pipeline
internal import Records
internal import System
package import Values

/// One run of a job or of a task, from its claim to its summary.
package struct Attempt {
  /// What the run is called, and what it is a run of.
  package var job: String
  package var source: Path
  package var target: Path
  package var isDry = false
  /// What the stages find in their environment, besides ours.
  package var variables: [(name: String, value: String)] = []
  /// How long to wait for others that are at the same place.
  package var patience = Span(nanoseconds: 0)
  /// What limits the files under way, if anything does.
  package var quota: Quota?
  private let io: Standard

  package init(_ job: String, of source: Path, to target: Path, _ io: Standard) {
    self.job = job
    self.source = source
    self.target = target
    self.io = io
  }

  /// Takes the claim, runs the pipes, and has `settle` do what follows; then the claim is given up.
  ///
  /// Where `settle` fails the claim stays as a debt, for the next run that owes the same. A failure
  /// of the run itself is told and becomes the status of its summary.
  package func run(
    _ claim: Claim, _ courses: () throws(Failure) -> [Course],
    settle: (Summary, _ isIndebted: Bool) throws(Failure) -> Void = { _, _ in }
  ) throws(Failure) -> Summary {
    let started = Clock.now()
    let begun = Clock.elapsed()
    let failures = FailureFile(started, io.environment)
    let hold = try Locks(io.environment).take(claim, run: failures.identifier, patience: patience)
    let board = board(hold)
    var isWatched = false
    var share: Quota.Share?
    var summary = empty(started, .success)
    do {
      for course in try courses() {
        if course.copies, !isDry, share == nil { share = quota?.share(io) }
        if Interrupt.isRequested { break }
        let run = self.run(course, hold, board, share)
        isWatched = run.isWatched
        summary.add(try run.carry(started, failures))
      }
    } catch {
      io.log.error(error.message)
      summary.add(empty(started, Status(error.kind)))
    }
    failures.close()
    let isSettled = self.settle(&summary, settle, isIndebted: !hold.debts.isEmpty)
    summary.duration = Span(nanoseconds: Clock.elapsed() - begun)
    summary.run = failures.identifier
    summary.job = job
    summary.write(Writer(io.output.buffer))
    remember(summary)
    summary.tell(io, watched: isWatched, failures)
    if isSettled { hold.release() }
    return summary
  }

  private func settle(
    _ summary: inout Summary, _ settle: (Summary, _ isIndebted: Bool) throws(Failure) -> Void,
    isIndebted: Bool
  ) -> Bool {
    do throws(Failure) {
      try settle(summary, isIndebted)
      return true
    } catch {
      io.log.error(error.message)
      summary.status = summary.status.joined(with: Status(error.kind))
      return false
    }
  }

  /// It is a record of the run, not its purpose: where it cannot be kept, the run stands.
  private func remember(_ summary: Summary) {
    guard let path = History.path(io.environment) else { return }
    do throws(Failure) { try History(path).add(summary) } catch {
      io.log.warn("the run cannot be remembered: \(error.message)")
    }
  }

  private func run(
    _ course: Course, _ hold: Locks.Hold, _ board: Int32?, _ share: Quota.Share?
  ) -> Run {
    var course = course
    course.token = share?.token?.descriptor
    course.keepsake = hold.descriptor
    course.board = board
    // What there is to say of the configuration has been said.
    course.variables =
      variables + [(name: Environment.pipe, value: io.name)] + (share?.variables ?? [])
    return Run(course, io)
  }

  /// Whoever looks on sees how far it is; a run that cannot tell runs as well.
  private func board(_ hold: Locks.Hold) -> Int32? {
    do throws(Failure) { return try hold.openBoard() } catch {
      io.log.debug("how far it is cannot be shown: \(error.message)")
      return nil
    }
  }

  private func empty(_ started: Timestamp, _ status: Status) -> Summary {
    Summary(of: source, to: target, started: started, isDry: isDry, status)
  }
}
