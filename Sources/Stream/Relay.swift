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
  /// Whether a plan was among the sections: it says whom it is for, so that there need not be
  /// anything in it for everyone.
  private var isPlanned = false
  /// Whether the stage has begun what it has not been told to end.
  private var isOpen = false

  package init(_ reader: StreamReader, _ section: Section, _ log: Log) {
    self.reader = reader
    self.section = section
    self.log = log
  }

  /// Runs to the end of the input. A cut or malformed input is thrown only after the stage has
  /// finished what it had begun; what a stage throws itself, after all that was done is written.
  package mutating func run(_ stage: inout some Stage) throws(Failure) -> Status {
    do {
      while try step(&stage) {}
      return section.status
    } catch let failure {
      // The first failure is told, whatever becomes of the output.
      do { try section.close(isComplete: false) } catch { throw failure }
      throw failure
    }
  }

  /// One step of the input; false at its end.
  private mutating func step(_ stage: inout some Stage) throws(Failure) -> Bool {
    let step: StreamReader.Step
    do {
      step = Interrupt.isRequested ? .end : try reader.next()
    } catch {
      try end(.cut, &stage)
      throw error
    }
    switch step {
    case .head(var head):
      isPlanned = isPlanned || head.view == .plan
      try stage.begin(&head)
      isOpen = true
      try section.open(head)
    case .record(let record):
      isOpen = true
      try pass(record, &stage)
    case .tail(let tail):
      try end(.tail(tail), &stage)
      try section.close(isComplete: tail.isComplete && !Interrupt.isRequested, restating: tail)
    case .cut(let failure):
      try end(.cut, &stage)
      throw failure
    case .end:
      try end(reader.isBare && !Interrupt.isRequested ? .bare : .cut, &stage)
      try section.close(isComplete: false)
      if own == 0, forwarded > 0, !isPlanned {
        log.warn("none of the \(forwarded) records was its own: all were forwarded")
      }
      return false
    }
    return true
  }

  private mutating func end(_ ending: Ending, _ stage: inout some Stage) throws(Failure) {
    guard isOpen else { return }
    isOpen = false
    try stage.end(ending, section)
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
      // What was done before is told, and the section is seen to be incomplete.
      try stage.end(.cut, section)
      try section.close(isComplete: false)
      throw error.kind == .data && error.subject.isEmpty ? reader.located(error) : error
    }
  }
}
