internal import CPq
package import Core
internal import Glibc
internal import System

/// A connection to a server, for one thread at a time.
///
/// Statements are texts of the program and values go into them by parameters; neither a text made
/// at run time nor a value inside one is accepted anywhere.
package final class Connection {
  /// How long one waits for others, and for a server that starts again, before giving up.
  package static let patience: Int64 = 15_000_000_000

  package let address: ServerAddress
  /// What failures are about.
  package var name: String { address.name }
  /// Which of its lives the connection is in: it gets a new one each time it is opened again, and
  /// what belonged to the old one is gone: locks, temporary tables, cursors.
  package private(set) var life = 0
  var handle: OpaquePointer
  /// The state that the last failure came with.
  var state: String?
  private var statements: [UnsafePointer<UInt8>: Statement.Known] = [:]

  /// What is set in each of its lives.
  private let usual: StaticString

  /// Opens a connection and sets what `usual` says.
  package init(_ address: ServerAddress, usual: StaticString = "") throws(Failure) {
    self.address = address
    self.usual = usual
    handle = try Connection.open(address)
    try prepare()
  }

  deinit {
    s4l_pq_finish(handle)
  }

  /// Whether it has been lost.
  package var isBroken: Bool { s4l_pq_status(handle) != CONNECTION_OK }

  package var isInTransaction: Bool { s4l_pq_transaction(handle) != PQTRANS_IDLE }

  /// Opens it again after it was lost. A server that starts at that moment is waited for.
  package func reopen() throws(Failure) {
    let end = Clock.elapsed() + Connection.patience
    while true {
      do throws(Failure) {
        let fresh = try Connection.open(address)
        s4l_pq_finish(handle)
        handle = fresh
        life += 1
        return try prepare()
      } catch {
        if error.kind != .unavailable || Clock.elapsed() >= end { throw error }
        usleep(50_000)
      }
    }
  }

  private func prepare() throws(Failure) {
    try run(
      """
      SET lock_timeout = '15s'; SET TimeZone = 'UTC'; SET client_min_messages = error;
      SET standard_conforming_strings = on; SET jit = off
      """)
    try run(usual)
  }

  // MARK: Statements

  /// The statement of a text, made when it is first asked for.
  package func statement(_ text: StaticString) -> Statement {
    if let known = statements[text.utf8Start] { return Statement(known, self) }
    let known = Statement.Known(text, statements.count)
    statements[text.utf8Start] = known
    return Statement(known, self)
  }

  /// Carries out a text of one or more statements.
  package func run(_ text: StaticString) throws(Failure) {
    let result = s4l_pq_run(
      handle, UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self))
    defer { s4l_pq_clear(result) }
    switch s4l_pq_kind(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
    default: throw failure(result)
    }
  }

  // MARK: Transactions

  /// All of it or nothing.
  package func transaction<Answer>(
    beginning: StaticString = "BEGIN", _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    try run(beginning)
    do throws(Failure) {
      let answer = try body()
      if s4l_pq_transaction(handle) != PQTRANS_INTRANS {
        throw Failure(.bug, name, "a failure within a transaction was passed over")
      }
      try run("COMMIT")
      return answer
    } catch {
      giveUp("ROLLBACK")
      throw error
    }
  }

  /// A part of a transaction that may fail without harm to the rest of it.
  package func attempt<Answer>(
    _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    try run("SAVEPOINT s4l")
    do throws(Failure) {
      let answer = try body()
      try run("RELEASE s4l")
      return answer
    } catch {
      giveUp("ROLLBACK TO s4l")
      giveUp("RELEASE s4l")
      throw error
    }
  }

  /// A transaction that, done twice, is as if done once: it is made again when the server has gone
  /// and come back meanwhile, or when it stood in the way of another. `recover` sees to what the
  /// lost connection had held.
  package func repeatable<Answer>(
    beginning: StaticString = "BEGIN", recover: () throws(Failure) -> Void = {},
    _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    var triesLeft = 3
    while true {
      do throws(Failure) {
        return try transaction(beginning: beginning, body)
      } catch {
        let isInTheWay = state == "40001" || state == "40P01"
        guard triesLeft > 0, isBroken || isInTheWay else { throw error }
        triesLeft -= 1
        if isBroken {
          try reopen()
          try recover()
        }
      }
    }
  }

  /// Why that was needed is told already; a connection that is lost has rolled back by itself.
  private func giveUp(_ text: StaticString) {
    if isBroken { return }
    let reason = state
    let result = s4l_pq_run(
      handle, UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self))
    s4l_pq_clear(result)
    state = reason
  }
}
