import Command
import Core
import Queues
import Serve
import Settings
import System
import Values

/// Serves what has been going on: numbers for Prometheus, and a page for people.
@main
struct MetricsTool: Tool {
  static var options: [Option<Self>] {
    [
      .value("listen", "l", "HOST:PORT", \.listen, "Answer here; port 0 is any that is free.")
    ] + QueueChoice.table.map { $0.within(\.place) }
  }

  var listen: String?
  var place = QueueChoice()

  mutating func run(_ io: Standard) throws(Failure) -> Status {
    let configuration = try place.configuration(io)
    let group = configuration.group("metrics")
    let token = try group?.secret("token")
    let door = try Door(token, io.log)
    Machine.raiseOpenFiles()
    Interrupt.ignoreFileSizeLimits()
    let places = try Places(io.environment, configuration)
    // A second one would add up the same numbers.
    let book = try Book(configuration, places, try place.opener(configuration, io), io.log)
    let loop = try Loop()
    let desk = try Desk(loop, book)
    desk.ask(.runs) { _ in }
    let news = News(loop, desk)
    let routes = try MetricsTool.routes(door, desk, news)
    let server = try Server(
      loop, try listener(listen ?? group?.text("listen") ?? "127.0.0.1:9090"), Server.Limits(),
      io.log
    ) { request, reply in
      door.pass(request, reply) { routes.answer(request, reply) }
    }
    try door.guardPlace(server)
    if !io.isQuiet { io.log.notice("listening on http://\(server.name)") }
    try Interrupt.watch(on: loop) {}
    try loop.run { false }
    news.end()
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

  private static func routes(_ door: Door, _ desk: Desk, _ news: News) throws(Failure) -> Routes {
    let paper = try Paper.answer()
    var routes = Routes()
    routes.add("GET", "/healthz") { _, reply in reply.send(.json(200, #"{"status":"ok"}"#)) }
    routes.add("GET", "/readyz") { _, reply in desk.ask(.readiness, reply) }
    routes.add("GET", "/metrics") { _, reply in desk.ask(.numbers, reply) }
    routes.add("GET", "/") { _, reply in reply.send(paper) }
    routes.add("GET", "/events") { request, reply in news.wait(request, reply) }
    routes.add("GET", "/api/state") { request, reply in
      door.showing(request, reply) { desk.ask(.state, reply) }
    }
    routes.add("GET", "/api/progress") { request, reply in
      door.showing(request, reply) { desk.ask(.progress, reply) }
    }
    for deed in Deed.allCases {
      routes.add("POST", "/api/\(deed.rawValue)") { request, reply in
        door.acting(request, reply) { desk.ask(.deed(deed, request.body), reply) }
      }
    }
    return routes
  }

  private static let grace: Int64 = 5_000_000_000

  /// Takes nothing new, and waits until what is in hand has been answered.
  private func stop(_ server: Server, _ loop: Loop) throws(Failure) {
    server.drain()
    var isOver = false
    loop.after(MetricsTool.grace) { isOver = true }
    while !server.isEmpty, !isOver { try loop.turn(mayWait: true) }
    server.close()
  }
}
