/// The answer that is owed to one request, to be given at once or later, on the thread of the loop.
///
/// The first answer counts. Whoever lets go of a reply without one has it say that something went
/// wrong here: nobody waits for ever.
package final class Reply {
  private var body: ((Answer) -> Void)?

  package init(_ body: @escaping (Answer) -> Void) {
    self.body = body
  }

  deinit {
    body?(.forgotten)
  }

  package func send(_ answer: Answer) {
    let owed = body
    body = nil
    owed?(answer)
  }
}
