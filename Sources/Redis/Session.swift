internal import Core
internal import Values

/// Runs scripts and commands on the server, over a connection that is made anew after a failure.
final class Session {
  let address: RedisAddress
  /// Where the server was when it was last reached.
  private(set) var endpoint: Endpoint?
  private var connection: Connection?
  /// How the server calls our scripts, by their names.
  private var digests: [String: Word] = [:]
  /// The scripts that this server has.
  private var loaded: Set<String> = []

  /// How many calls are under way at a time.
  private static let window = 64
  /// How many bytes are gathered before they are sent.
  private static let gathered = 262_144

  init(_ address: RedisAddress) {
    self.address = address
  }

  /// Runs scripts, many at a time, in this order; the answers of all.
  func run(_ calls: [Call]) throws(Failure) -> [Reply] {
    try attempt { (connection) throws(Failure) in
      try load(calls, connection)
      var replies = try pipeline(calls.count, connection) { write(calls[$0], $1) }
      // A server that was emptied or restarted behind a proxy has forgotten them.
      let forgotten = replies.indices.filter { Session.isForgotten(replies[$0]) }
      if !forgotten.isEmpty {
        loaded = []
        let again = forgotten.map { calls[$0] }
        try load(again, connection)
        let answers = try pipeline(again.count, connection) { write(again[$0], $1) }
        for (place, answer) in zip(forgotten, answers) { replies[place] = answer }
      }
      return replies
    }
  }

  func run(_ call: Call) throws(Failure) -> Reply {
    try run([call]).last ?? .none
  }

  /// Plain commands, likewise.
  func send(_ commands: [[Word]]) throws(Failure) -> [Reply] {
    try attempt { (connection) throws(Failure) in
      try pipeline(commands.count, connection) { $1.command(commands[$0]) }
    }
  }

  func send(_ words: Word...) throws(Failure) -> Reply {
    try send([words]).last ?? .none
  }

  /// Has `body` use a connection, which is given up if that fails or the server is of no use now.
  private func attempt(
    _ body: (Connection) throws(Failure) -> [Reply]
  ) throws(Failure) -> [Reply] {
    let replies: [Reply]
    do throws(Failure) {
      replies = try body(try ready())
    } catch {
      connection = nil
      throw error
    }
    for case .error(let error) in replies {
      let failure = Refusal.failure(address.name, error)
      if failure.kind == .unavailable || failure.kind == .refused { connection = nil }
      throw failure
    }
    return replies
  }

  private func ready() throws(Failure) -> Connection {
    if let connection, !connection.isHungUp { return connection }
    connection = nil
    loaded = []
    let (opened, endpoint) = try address.open()
    self.endpoint = endpoint
    connection = opened
    return opened
  }

  private func pipeline(
    _ count: Int, _ connection: Connection, _ write: (Int, Buffer) -> Void
  ) throws(Failure) -> [Reply] {
    var replies: [Reply] = []
    replies.reserveCapacity(count)
    var sent = 0
    while replies.count < count {
      // Half a window is under way while the next half is written, so that nobody waits.
      if sent - replies.count <= Session.window / 2 {
        while sent < count, sent - replies.count < Session.window,
          connection.backlog < Session.gathered
        {
          connection.append { write(sent, $0) }
          sent += 1
        }
        try connection.send()
      }
      replies.append(try connection.receive())
    }
    return replies
  }

  private func write(_ call: Call, _ out: Buffer) {
    out.command(call.words.count + 3)
    out.word(Session.evaluate)
    out.word(digests[call.script.name]?.bytes ?? [])
    out.word(Session.noKeys)
    for word in call.words { out.word(word.bytes) }
  }

  private static let evaluate = Array("EVALSHA".utf8)
  private static let noKeys = Array("0".utf8)

  private static func isForgotten(_ reply: Reply) -> Bool {
    if case .error(let error) = reply { error.hasPrefix("NOSCRIPT") } else { false }
  }

  /// Hands the server those of the scripts that it may not have.
  private func load(_ calls: [Call], _ connection: Connection) throws(Failure) {
    var missing: [Script] = []
    for call in calls where loaded.insert(call.script.name).inserted {
      missing.append(call.script)
    }
    if missing.isEmpty { return }
    for script in missing { connection.append(["SCRIPT", "LOAD", Word(script.text)]) }
    for (script, reply) in zip(missing, try connection.exchange()) {
      guard let digest = reply.bytes else {
        if case .error(let error) = reply { throw Refusal.failure(address.name, error) }
        throw Failure(.bug, address.name, "no digest of script \(script.name)")
      }
      digests[script.name] = Word(digest)
    }
  }
}
