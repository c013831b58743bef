package import Core

/// Locks by number, which all who use a database have in common.
extension Connection {
  /// Takes a lock until the transaction ends; waits for others as long as our patience lasts.
  package func lock(_ key: Int) throws(Failure) {
    try statement("SELECT pg_advisory_xact_lock($1)").run(key)
  }

  /// Takes a lock for as long as this life of the connection lasts, if nobody else has it.
  package func tryHold(_ key: Int) throws(Failure) -> Bool {
    try statement("SELECT pg_try_advisory_lock($1)").first(key) { $0.flag(0) } == true
  }

  /// Gives it back, once for each time that it was taken.
  package func letGo(_ key: Int) throws(Failure) {
    try statement("SELECT pg_advisory_unlock($1)").run(key)
  }

  /// Whether anybody has a lock, we among them.
  package func isHeld(_ key: Int) throws(Failure) -> Bool {
    let bits = UInt64(bitPattern: Int64(key))
    return try statement(
      """
      SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid::bigint = $1 AND objid::bigint = $2 AND objsubid = 1)
      """
    ).first(Int(bits >> 32), Int(bits & 0xFFFF_FFFF)) { $0.flag(0) } == true
  }
}
