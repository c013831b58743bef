internal import Core
internal import Values

/// A server that can be connected to.
enum Endpoint: Equatable, CustomStringConvertible {
  case host(RedisAddress.Place)
  case socket(Path)

  var description: String {
    switch self {
    case .host(let place): "redis://\(place)"
    case .socket(let path): "redis://\(path)"
    }
  }
}

extension RedisAddress {
  /// A connection to the server that is meant, ready for commands, and where that server is.
  func open() throws(Failure) -> (Connection, Endpoint) {
    if tls { throw Failure(.unavailable, name, "this build's hiredis knows no TLS") }
    if !sentinels.isEmpty { return try openMaster() }
    let endpoint = socket.map { Endpoint.socket($0) } ?? .host(Place(host, port))
    return (try open(endpoint), endpoint)
  }

  private func open(_ endpoint: Endpoint) throws(Failure) -> Connection {
    let connection = try Connection(endpoint)
    for command in greeting { connection.append(command) }
    for case .error(let error) in try connection.exchange() {
      var failure = Refusal.failure(name, error)
      // What is wrong with a greeting is the number of the database.
      if failure.kind == .bug { failure.kind = .config }
      throw failure
    }
    return connection
  }

  /// What is said first on each connection.
  var greeting: [[Word]] {
    RedisAddress.introduction(user, password)
      + (database == 0 ? [] : [["SELECT", Word(database)]])
  }

  /// Nothing where the password is empty and nobody is named: so a configuration says that there
  /// is none.
  private static func introduction(_ user: String?, _ password: Secret?) -> [[Word]] {
    let user = user?.isEmpty == true ? nil : user
    guard let password, !password.isEmpty || user != nil else { return [] }
    return password.reveal { [["AUTH"] + (user.map { [Word($0)] } ?? []) + [Word($0)]] }
  }

  /// Asks one sentinel after the other; what it names must say itself that it is the master.
  private func openMaster() throws(Failure) -> (Connection, Endpoint) {
    guard let master else { throw Failure(.config, name, "sentinels watch a master by its name") }
    var last = Failure(.unavailable, name, "no sentinel is known")
    for sentinel in sentinels {
      do throws(Failure) {
        let endpoint = try Endpoint.host(locate(master, sentinel))
        let connection = try open(endpoint)
        if try connection.ask("ROLE").list.first?.text == "master" { return (connection, endpoint) }
        last = Failure(.unavailable, name, "\(endpoint) is not the master yet")
      } catch {
        last = error
      }
    }
    throw last
  }

  private func locate(_ master: String, _ sentinel: Place) throws(Failure) -> Place {
    let connection = try Connection(.host(sentinel))
    for command in RedisAddress.introduction(sentinelUser, sentinelPassword) {
      connection.append(command)
    }
    connection.append(["SENTINEL", "get-master-addr-by-name", Word(master)])
    let replies = try connection.exchange()
    for case .error(let error) in replies { throw Refusal.failure("\(sentinel)", error) }
    let found = replies.last?.list ?? []
    guard found.count == 2, let host = found[0].text, let port = found[1].integer else {
      throw Failure(.unavailable, "\(sentinel)", "the sentinel knows no master named \(master)")
    }
    return Place(host, port)
  }
}
