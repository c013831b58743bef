package import Core
package import Records
internal import System

/// How the section that a stage reads came to its end.
package enum Ending {
  /// With its tail.
  case tail(Tail)
  /// Without: the input broke off, or we were told to stop.
  case cut
  /// There never was a head.
  case bare

  package var isComplete: Bool {
    switch self {
    case .tail(let tail): tail.isComplete
    case .cut, .bare: false
    }
  }
}

/// What one tool of a pipe does with the sections that pass through it.
package protocol Stage {
  /// Sees the head that opens a section, and may change what is passed on of it.
  mutating func begin(_ head: inout Head) throws(Failure)
  /// Sees a record; false if it is not its own, and is to be forwarded.
  mutating func take(_ record: Record, _ section: Section) throws(Failure) -> Bool
  /// Finishes all it has begun. The tail of its own section is written after this.
  mutating func end(_ ending: Ending, _ section: Section) throws(Failure)
}

/// Drives a stage over a stream: the manners that all tools of a pipe share.
package struct Relay {
  private let reader: StreamReader
  private let section: Section
  private let log: Log
  private var own = 0
  private var forwarded = 0
  /// Whether whole listings are for others as a matter of course.
  private let passesListings: Bool
  /// Whether a plan was among the sections, which says whom it is for, or such a listing: then
  /// there need not be anything for everyone.
  private var isPlanned = false
  /// Whether the stage has begun something that it has not been told the end of.
  private var isBusy = false

  package init(
    _ reader: StreamReader, _ section: Section, _ log: Log, passesListings: Bool = false
  ) {
    self.passesListings = passesListings
    self.reader = reader
    self.section = section
    self.log = log
  }

  /// Runs to the end of the input. Whatever goes wrong is thrown only after the stage has finished
  /// what it had begun, and what it did is written.
  package mutating func run(_ stage: inout some Stage) throws(Failure) -> Status {
    do {
      while try step(&stage) {}
    } catch {
      conclude(&stage)
      throw error
    }
    if own == 0, forwarded > 0, !isPlanned {
      // Whoever has put a pipe together by hand may have meant another.
      let level: Log.Level = log.standing == .alone ? .warn : .info
      log.say(level, "none of the \(forwarded) records was its own: all were forwarded", [:])
    }
    return section.status
  }

  /// Takes one step; false at the end.
  private mutating func step(_ stage: inout some Stage) throws(Failure) -> Bool {
    switch Interrupt.isRequested ? .end : try reader.next() {
    case .head(var head):
      isPlanned = isPlanned || head.view == .plan || passesListings && head.view == .listing
      isBusy = true
      try stage.begin(&head)
      try section.open(head)
    case .record(let record):
      isBusy = true
      try pass(record, &stage)
    case .tail(let tail):
      isBusy = false
      try stage.end(.tail(tail), section)
      try section.close(isComplete: tail.isComplete && !Interrupt.isRequested, restating: tail)
    case .cut(let failure): throw failure
    case .end:
      if isBusy {
        isBusy = false
        try stage.end(reader.isBare && !Interrupt.isRequested ? .bare : .cut, section)
      }
      try section.close(isComplete: false)
      return false
    }
    return true
  }

  /// Ends what cannot be ended well. A second failure on the way says less than the first.
  private mutating func conclude(_ stage: inout some Stage) {
    if isBusy {
      isBusy = false
      do { try stage.end(.cut, section) } catch {}
    }
    do { try section.close(isComplete: false) } catch {}
  }

  private mutating func pass(_ record: Record, _ stage: inout some Stage) throws(Failure) {
    do {
      if try stage.take(record, section) {
        own += 1
        return
      }
      if record.kind != .hole { forwarded += 1 }
      try section.forward(record)
    } catch {
      throw error.kind == .data && error.subject.isEmpty ? reader.located(error) : error
    }
  }
}
