package import Core
internal import Redis
internal import Settings
internal import TaskFile
package import Tasks
internal import Values

/// Opens queues, wherever they are kept.
package enum Queues {
  /// Opens the queues at an address, else those that the configuration means, else those of this
  /// user on this machine.
  package static func open(
    _ address: QueueAddress?, _ configuration: Configuration, _ environment: Environment
  ) throws(Failure) -> any TaskStore {
    let meant: QueueAddress
    if let address {
      meant = address
    } else {
      meant = try Queues.address(configuration, environment)
    }
    switch meant {
    case .file(let path):
      do throws(Failure) { return try FileTasks(path) } catch {
        guard error.kind == .data else { throw error }
        throw Failure(
          .data, error.subject,
          "\(error.reason): it is damaged; once it is moved away a new one is begun, without the "
            + "tasks that were in it")
      }
    case .redis(let host, let port, let user, let database, let isEncrypted):
      return try server(
        configuration, host: host, port: port, user: user, database: database,
        isEncrypted: isEncrypted)
    }
  }

  /// Where the queues are if nobody says so.
  package static func address(
    _ configuration: Configuration, _ environment: Environment
  ) throws(Failure) -> QueueAddress {
    if let text = configuration.group("queue")?.text("url") { return try QueueAddress(text: text) }
    if configuration.group("redis")?.isPresent == true {
      return .redis(host: nil, port: nil, user: nil, database: nil, isEncrypted: false)
    }
    guard let folder = environment.folder(.state) else {
      throw Failure(.absent, "HOME", "the variable is not set, so there is no place for queues")
    }
    return .file(Path(text: folder).appending("queue.db"))
  }
}
