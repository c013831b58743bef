package import Core
internal import Index
internal import Postgres

/// What is known of the turns that were taken.
///
/// To wait for the disk in every turn would take longer than the turns themselves. So the server
/// answers before it has written a turn down, and what was changed is kept here until a turn that
/// is waited for. When the connection was lost, the last turn tells whether it is still there, and
/// with it all that came before. If it is not, as when the server was killed, the changes are made
/// again.
struct Turn {
  /// The lock that a turn is taken by; the schema is brought to its state under it too.
  static let key = 0x7334_6C69
  /// So many changes may be waiting to be written down.
  static let most = 4_096

  struct Written {
    var changes: [Change]
    var repository: Repository
    var stamp: Stamp
  }

  var isOpen = false
  /// Whether each row is to be tried by itself, as one among them is refused.
  var isCareful = false
  /// What was written in this turn, and in those before that may be lost yet.
  var present: [Written] = []
  var past: [Written] = []
  /// How many changes those are.
  var count = 0
  /// The number of the last turn.
  var number = 0
}

extension ServerIndex {
  package func transaction(_ body: () throws(Failure) -> Void) throws(Failure) {
    try take("BEGIN", body)
    if turn.count >= Turn.most { try settle() }
  }

  /// A turn after which all that was done until then outlives whatever happens to the server.
  func lasting<Answer>(_ body: () throws(Failure) -> Answer) throws(Failure) -> Answer {
    if turn.isOpen { return try body() }
    let answer = try take("BEGIN; SET LOCAL synchronous_commit = on", body)
    turn.past = []
    turn.count = 0
    return answer
  }

  private func settle() throws(Failure) { try lasting {} }

  private func take<Answer>(
    _ beginning: StaticString, _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    if turn.isOpen { return try body() }
    turn.isOpen = true
    turn.isCareful = false
    defer { turn.isOpen = false }
    while true {
      do throws(Failure) {
        let answer = try connection.repeatable(
          beginning: beginning, recover: { () throws(Failure) in try recover() }
        ) { () throws(Failure) in
          turn.present = []
          let number = try connection.statement(
            "SELECT txid_current() FROM pg_advisory_xact_lock($1)"
          ).first(Turn.key) { $0.int(0) }
          let answer = try body()
          turn.number = number ?? 0
          return answer
        }
        turn.past += turn.present
        turn.count += turn.present.reduce(0) { $0 + $1.changes.count }
        return answer
      } catch {
        // Only now that a row was refused is it worth the time to find out which.
        if error.kind != .data || turn.isCareful { throw error }
        turn.isCareful = true
      }
    }
  }

  /// Brings back what a lost connection had held, and what a server that was killed has lost.
  func recover() throws(Failure) {
    for key in held { try holdAgain(key) }
    if turn.past.isEmpty { return }
    // A server that was killed knows nothing of a turn that it has not written down.
    let isThere = try connection.statement(
      """
      SELECT CASE WHEN $1 < txid_current() THEN txid_status($1) = 'committed' ELSE false END
      """
    ).first(turn.number) { $0.flag(0) }
    if isThere == true { return }
    try connection.transaction(beginning: "BEGIN; SET LOCAL synchronous_commit = on") {
      () throws(Failure) in
      try connection.lock(Turn.key)
      for written in turn.past {
        for purpose in Purpose.allCases {
          if held.contains(ServerIndex.key(written.repository, purpose)) { continue }
          if try isHeld(written.repository, purpose) {
            throw Failure(.later, name, "the server was killed and has lost changes; run again")
          }
        }
        _ = try put(written.changes, written.repository, written.stamp)
      }
    }
    turn.past = []
    turn.count = 0
  }
}
