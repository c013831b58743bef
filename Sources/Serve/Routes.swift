/// What there is to ask for, and who answers.
///
/// A pattern is a path, or one that ends in `*` and stands for all that begin like it. What is
/// nowhere is 404; where there is something, but not by this method, 405 tells by which. `HEAD` is
/// answered like `GET`, of which the server then sends only the head.
package struct Routes {
  package typealias Responder = (Request, Reply) -> Void

  private struct Route {
    var method: String
    var start: [UInt8]
    var isOpen: Bool
    var responder: Responder

    func fits(_ path: [UInt8]) -> Bool {
      isOpen ? path.count > start.count && path.starts(with: start) : path == start
    }
  }

  private var routes: [Route] = []

  package init() {}

  package mutating func add(
    _ method: String, _ pattern: String, _ responder: @escaping Responder
  ) {
    let isOpen = pattern.hasSuffix("*")
    let start = Array((isOpen ? pattern.dropLast() : pattern[...]).utf8)
    routes.append(Route(method: method, start: start, isOpen: isOpen, responder: responder))
  }

  package func answer(_ request: Request, _ reply: Reply) {
    let method = request.method == "HEAD" ? "GET" : request.method
    var allowed: [String] = []
    for route in routes where route.fits(request.path) {
      if route.method == method { return route.responder(request, reply) }
      allowed += route.method == "GET" ? ["GET", "HEAD"] : [route.method]
    }
    reply.send(allowed.isEmpty ? .unknown : .wrongMethod(allowed: allowed))
  }
}
