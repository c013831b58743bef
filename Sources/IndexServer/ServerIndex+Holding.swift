package import Core
internal import Glibc
package import Index
internal import Postgres
internal import System
internal import Values

/// A lock that lasts as long as this does, and the connection.
private final class ServerHold: Hold {
  private let index: ServerIndex
  private let key: Int

  init(_ index: ServerIndex, _ key: Int) {
    self.index = index
    self.key = key
  }

  deinit { index.letGo(key) }
}

extension ServerIndex {
  package func hold(
    _ repository: Repository, _ purpose: Purpose, waits: Bool
  ) throws(Failure) -> (any Hold)? {
    let key = ServerIndex.key(repository, purpose)
    let end = Clock.elapsed() + ServerIndex.moment
    while true {
      if !held.contains(key), try taken(key) {
        held.insert(key)
        return ServerHold(self, key)
      }
      if !waits, held.contains(key) || Clock.elapsed() >= end { return nil }
      if Interrupt.isRequested { throw Failure(.later, repository.name, "interrupted") }
      usleep(20_000)
    }
  }

  /// How long it takes a server at most to notice that a process is gone and holds nothing more.
  private static let moment: Int64 = 500_000_000

  package func isHeld(_ repository: Repository, _ purpose: Purpose) throws(Failure) -> Bool {
    try reading { () throws(Failure) in
      try connection.isHeld(ServerIndex.key(repository, purpose))
    }
  }

  private func taken(_ key: Int) throws(Failure) -> Bool {
    try reading { () throws(Failure) in try connection.tryHold(key) }
  }

  fileprivate func letGo(_ key: Int) {
    held.remove(key)
    if connection.isBroken { return }
    // A connection that cannot do that is lost, and its locks with it.
    do throws(Failure) { try connection.letGo(key) } catch { return }
  }

  /// Takes a lock in a new life of the connection. The server may not have noticed yet that the
  /// old one is over.
  func holdAgain(_ key: Int) throws(Failure) {
    let end = Clock.elapsed() + Connection.patience
    while try !connection.tryHold(key) {
      if Clock.elapsed() >= end {
        throw Failure(.later, name, "the connection was lost and somebody else holds what we did")
      }
      usleep(20_000)
    }
  }

  /// The number of a lock: FNV-1a of what it is for.
  static func key(_ repository: Repository, _ purpose: Purpose) -> Int {
    Int(bitPattern: UInt(FNV.hash("s4l \(purpose.rawValue) \(repository.id)".utf8)))
  }
}
