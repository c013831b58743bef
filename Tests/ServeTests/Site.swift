import Core
import Doubles
import System
import Values

@testable import Serve

/// A server of one test, on a thread of its own, and Python as its client.
///
/// `@unchecked Sendable`: what both threads touch is touched under the lock.
final class Site: @unchecked Sendable {
  private let lock = Lock()
  private var port = 0
  private var poster: Poster?
  private var isOver = false
  private var thread: Thread?
  /// Replies that are held back until somebody asks for their release.
  private var held: [Reply] = []
  private var server: Server?

  init(_ limits: Server.Limits = Server.Limits()) {
    Machine.raiseOpenFiles()
    thread = Thread { [self] in
      do throws(Failure) { try run(limits) } catch { preconditionFailure(error.message) }
    }
    lock.enter()
    while port == 0 { lock.wait() }
    lock.leave()
  }

  /// Ends the server at once.
  func stop() {
    poster?.post { [self] in isOver = true }
    thread?.join()
    thread = nil
  }

  private func run(_ limits: Server.Limits) throws(Failure) {
    let loop = try Loop()
    let server = try Server(
      loop, try Listener("127.0.0.1:0"), limits, Log(tool: "site", level: .fatal)
    ) { [routes = routes(loop)] in routes.answer($0, $1) }
    self.server = server
    lock.enter()
    port = server.port
    poster = loop.poster
    lock.wake()
    lock.leave()
    while !isOver { try loop.turn(mayWait: true) }
    held = []
    server.close()
    self.server = nil
  }

  private func routes(_ loop: Loop) -> Routes {
    var routes = Routes()
    routes.add("GET", "/hello") { _, reply in reply.send(Answer(200, "text/plain", [0x68, 0x69])) }
    routes.add("POST", "/echo") { request, reply in
      reply.send(Answer(200, "application/octet-stream", request.body))
    }
    routes.add("GET", "/path/*") { request, reply in
      reply.send(Answer(200, "text/plain", Array(Hex.text(request.path.dropFirst(6)).utf8)))
    }
    routes.add("GET", "/query") { request, reply in
      let value = request.parameter("a").map { Hex.text($0) } ?? "-"
      reply.send(Answer(200, "text/plain", Array(value.utf8)))
    }
    routes.add("GET", "/later") { request, reply in
      loop.after(1_000_000) { reply.send(Answer(200, "text/plain", request.query)) }
    }
    routes.add("GET", "/forgotten") { _, _ in }
    routes.add("GET", "/header") { request, reply in
      reply.send(Answer(200).with("X-Said", request.header("x-say") ?? "").with("X-B", "a\r\nb: c"))
    }
    routes.add("GET", "/held") { [weak self] _, reply in self?.held.append(reply) }
    routes.add("POST", "/release") { [weak self] _, reply in
      for held in self?.held ?? [] { held.send(Answer(200, "text/plain", [0x2E])) }
      self?.held = []
      reply.send(Answer(200))
    }
    routes.add("POST", "/drain") { [weak self] _, reply in
      reply.send(Answer(200))
      loop.after(0) {
        self?.server?.drain()
        for held in self?.held ?? [] { held.send(Answer(200, "text/plain", [0x2E])) }
        self?.held = []
      }
    }
    return routes
  }

  /// What a program of a few lines prints, one line each. It finds `port`, `connect`, `talk`, which
  /// sends bytes and gives all that comes until the end, and `ask`, one request of `http.client`.
  func client(_ program: String) throws -> [String] {
    let text = try Python.run(Site.prelude + program, ["\(port)"])
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static let prelude = #"""
    import http.client, resource, socket, sys, threading
    port = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    def connect():
        s = socket.create_connection(("127.0.0.1", port)); s.settimeout(60); return s
    def drain(s):
        out = b""
        try:
            while piece := s.recv(65536): out += piece
        except ConnectionError: pass
        return out
    def talk(data, ends=True):
        s = connect()
        try:
            s.sendall(data)
            if ends: s.shutdown(socket.SHUT_WR)
        except OSError: pass
        return drain(s)
    def status(answer): return answer.split(b"\r\n")[0].decode("latin-1") or "-"
    def ask(method, path, body=None, headers={}, connection=None):
        c = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        c.request(method, path, body, headers)
        r = c.getresponse()
        return r.status, r.read(), r

    """#
}
