internal import CSqlite

/// The write-ahead log beside a database, and how it is kept from growing.
///
/// Now and then its pages go into the database; then the log is written from its start again,
/// unless somebody is reading from it at that moment. Where that keeps being so, we wait for them.
final class AheadLog {
  /// Pages after which the log is emptied without waiting for anybody, and those after which one
  /// waits: four and 128 MiB.
  private static let usual: Int32 = 1_000
  private static let most: Int32 = 32_768

  private let handle: OpaquePointer
  private let pages: UnsafeMutablePointer<Int32>

  init(_ handle: OpaquePointer) {
    self.handle = handle
    pages = .allocate(capacity: 1)
    pages.initialize(to: 0)
    sqlite3_wal_hook(
      handle,
      { pages, _, _, count in
        pages?.storeBytes(of: count, as: Int32.self)
        return SQLITE_OK
      }, pages)
  }

  deinit {
    pages.deallocate()
  }

  /// To be called after a transaction. That it could not be done is no failure of anything: what
  /// is in the log is as safe as in the database, and the next one tries again.
  func trim() {
    if pages.pointee < AheadLog.usual { return }
    let mayWait = pages.pointee >= AheadLog.most
    let mode = mayWait ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
    sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil)
    pages.pointee = 0
  }
}
