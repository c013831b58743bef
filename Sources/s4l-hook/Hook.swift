import Access
import Command
import Core
import Inbox
import Queues
import Serve
import Store
import Stores
import System
import Tasks
import Values

/// Receives publish requests over HTTP, and tells what is in the bucket.
@main
struct Hook: Tool {
  static var options: [Option<Self>] {
    [
      .value("listen", "l", "HOST:PORT", \.listen, "Answer here; port 0 is any that is free."),
      .list("root", nil, "DIR", \.roots, "Let requests name what lies in this folder."),
      .value("queue", nil, "NAME", \.queue, "Put the tasks into this queue."),
      .value("to", nil, "LOCATION", \.location, "Check for files here."),
    ] + QueueChoice.table.map { $0.within(\.place) }
      + RemoteChoice.table.map { $0.within(\.remote) }
  }

  var listen: String?
  var roots: [Path] = []
  var queue: String?
  var location: Path?
  var place = QueueChoice()
  var remote = RemoteChoice()

  /// How long requests in hand may take once we are told to stop.
  private static let grace: Int64 = 20_000_000_000

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    let configuration = try place.configuration(io)
    let terms = try HookTerms(configuration, self)
    Machine.raiseOpenFiles()
    // An inbox that may not grow is refused more, like one on a full disk.
    Interrupt.ignoreFileSizeLimits()
    let stores = Stores(environment(io), io.log, remote.wishes())
    defer { stores.close() }
    let bucket = try terms.location.map { (path) throws(Failure) in try stores.open(path) }
    let loop = try Hook.loop(bucket)
    let counters = try counters(loop, terms, io, try place.opener(configuration, io))
    let checking = bucket.map { Checking($0, loop, holding: terms.holding, io.log) }
    let routes = routes(Door(terms.gate, io.log), counters, checking)
    let server = try Server(loop, try listener(terms.listen), terms.limits, io.log) {
      routes.answer($0, $1)
    }
    try terms.check(server)
    if terms.publish.roots.isEmpty {
      io.log.warn("hook.roots is empty: nothing can be published")
    }
    if !io.isQuiet { io.log.notice("listening on http://\(server.name)") }
    try Interrupt.watch(on: loop) {}
    try loop.run { false }
    try stop(server, loop)
    return .success
  }

  /// What is wrong with the option is no flaw of the configuration.
  private func listener(_ place: String) throws(Failure) -> Listener {
    do { return try Listener(place) } catch {
      guard listen != nil, error.kind == .config else { throw error }
      throw Failure(.usage, "--listen: \(error.subject)", error.reason)
    }
  }

  /// Stores look for the configuration by themselves.
  private func environment(_ io: Standard) -> Environment {
    guard let file = place.file else { return io.environment }
    return io.environment.with("S4L_CONFIG", String(decoding: file.bytes, as: UTF8.self))
  }

  /// The loop that the answers of a store come on.
  private static func loop(_ place: Place?) throws(Failure) -> Loop {
    if case .store(let store)? = place { return store.loop }
    return try Loop()
  }

  private func counters(
    _ loop: Loop, _ terms: HookTerms, _ io: Standard, _ open: @escaping Office.Opener
  ) throws(Failure) -> (publishing: Counter, events: Counter?) {
    let log = io.log
    let publish = terms.publish
    let publishing = try Counter(loop) { _ in
      let office = Office(publish, log, open)
      return { office.answers($0) }
    }
    guard let events = terms.events else { return (publishing, nil) }
    let folder = events.feeds.isEmpty ? Path() : try Inbox(io.environment).folder
    // A job whose events could not be kept is told of now.
    for feed in events.feeds { _ = try Slot(feed.job) }
    let receiving = try Counter(loop) { remind in
      let inbox = Inbox(folder, limit: events.limit)
      let room = Mailroom(events, inbox, log, open, remind: remind)
      room.begin(at: Clock.now())
      return { room.answers($0, at: Clock.now()) }
    }
    return (publishing, receiving)
  }

  private func routes(
    _ door: Door, _ counters: (publishing: Counter, events: Counter?), _ checking: Checking?
  ) -> Routes {
    var routes = Routes()
    routes.add("GET", "/healthz") { _, reply in reply.send(.json(200, #"{"status":"ok"}"#)) }
    routes.add("POST", "/publish") { request, reply in
      door.pass(request, reply) { ground in
        counters.publishing.answer(Petition(request, ground), reply)
      }
    }
    if let events = counters.events { Webhooks(door, events).add(to: &routes) }
    routes.add("GET", "/check/*") { request, reply in
      door.pass(request, reply) { _ in
        guard let checking else { return reply.send(.error(502, "no bucket is configured")) }
        let key = Path(request.path.dropFirst("/check/".utf8.count))
        if let objection = Checking.objection(key) {
          door.log.warn("a request of \(request.remote) is refused: \(key): \(objection)")
        }
        checking.answer(key, reply)
      }
    }
    return routes
  }

  /// Takes nothing new, and waits until what is in hand has been answered.
  private func stop(_ server: Server, _ loop: Loop) throws(Failure) {
    server.drain()
    var isOver = false
    loop.after(Hook.grace) { isOver = true }
    while !server.isEmpty, !isOver { try loop.turn(mayWait: true) }
    server.close()
  }
}
