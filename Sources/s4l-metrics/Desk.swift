import Core
import Serve
import System

/// Where what requests ask for is handed to a thread of its own, and its answers come back: queues
/// and histories may keep one waiting, and nobody else shall wait for that.
final class Desk {
  enum Wish: Sendable {
    case numbers, readiness, state, progress
    /// That note be taken of the runs there were, before anybody asks; the answer says nothing.
    case runs
    /// Two numbers: one that differs once anything has changed, and behind a hyphen one that
    /// differs once some run has come further.
    case version
    case deed(Deed, [UInt8])
  }

  private struct Errand: Sendable {
    var ticket: Int
    var wish: Wish
  }

  private let clerk: Clerk<Errand>
  private let tray: Tray
  private var tickets = 0

  init(_ loop: Loop, _ book: Book) throws(Failure) {
    let tray = Tray()
    let poster = loop.poster
    let keeper = Keeper(book: book)
    clerk = try Clerk {
      { errands in
        let answers = errands.map { ($0.ticket, keeper.book.answer($0.wish)) }
        poster.post { tray.give(answers) }
      }
    }
    self.tray = tray
  }

  deinit {
    clerk.finish()
  }

  func ask(_ wish: Wish, _ reply: Reply) { ask(wish) { reply.send($0) } }

  func ask(_ wish: Wish, _ body: @escaping (Answer) -> Void) {
    tickets += 1
    tray.owed[tickets] = body
    clerk.submit([Errand(ticket: tickets, wish: wish)])
  }
}

/// Where answers cross from the other thread to the loop's.
///
/// `@unchecked Sendable`: the other thread only carries it; what it holds is used on the loop's.
private final class Tray: @unchecked Sendable {
  var owed: [Int: (Answer) -> Void] = [:]

  func give(_ answers: [(Int, Answer)]) {
    for (ticket, answer) in answers { owed.removeValue(forKey: ticket)?(answer) }
  }
}

/// The book on its way to the other thread.
///
/// `@unchecked Sendable`: it is made on one thread, and from then on used on the other alone.
private final class Keeper: @unchecked Sendable {
  let book: Book

  init(book: Book) {
    self.book = book
  }
}
