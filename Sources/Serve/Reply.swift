/// The answer that is owed to one request, to be given at once or later, on the thread of the loop.
///
/// The first answer counts. Whoever lets go of a reply without one has it say that something went
/// wrong here: nobody waits for ever.
package final class Reply {
  private var line: Line?

  init(_ line: Line) {
    self.line = line
  }

  deinit {
    line?.answer(.forgotten)
  }

  package func send(_ answer: Answer) {
    let owed = line
    line = nil
    owed?.answer(answer)
  }
}
