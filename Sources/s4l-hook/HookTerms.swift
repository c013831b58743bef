import Core
import Inbox
import Serve
import Settings
import Values

/// What the configuration says, and the options over it.
struct HookTerms {
  var listen: String
  var gate: Gate
  var publish: PublishTerms
  /// What becomes of events; nil where none are taken.
  var events: EventTerms?
  var limits = Server.Limits()
  /// Where files are checked for; nil for nowhere.
  var location: Path?
  /// How long an answer to a check holds.
  var holding: Span

  init(_ configuration: Configuration, _ options: Hook) throws(Failure) {
    let hook = configuration.group("hook")
    let publish = configuration.group("publish")
    listen = options.listen ?? hook?.text("listen") ?? "127.0.0.1:8321"
    gate = try Gate(
      token: try hook?.secret("token"), key: try hook?.secret("hmac_key"),
      networks: try (hook?.list("allow") ?? []).map { (text) throws(Failure) in
        if let network = Network(text: text) { return network }
        throw Failure(.config, "hook.allow", "\"\(text)\" is no address of a host or a network")
      })
    if gate.isShut {
      throw Failure(
        .config, "hook", "set token, hmac_key or allow, or nobody could be let in")
    }
    let roots =
      options.roots.isEmpty
      ? try Roots((hook?.list("roots") ?? []).map(Path.init(text:)))
      : try Roots(options.roots, from: "--root")
    self.publish = PublishTerms(roots: roots)
    self.publish.queue = options.queue ?? hook?.text("queue") ?? self.publish.queue
    if let retries = publish?.integer("max_retry") { self.publish.retries = retries }
    if let minutes = publish?.integer("timeout_minutes") { self.publish.timeout = minutes * 60 }
    if hook?.flag("events") != false { events = try HookTerms.events(configuration) }
    if let limit = hook?.text("body_limit").flatMap(Size.init(text:)) { limits.body = limit.bytes }
    holding = hook?.text("check_time").flatMap(Span.init(text:)) ?? Span(nanoseconds: 0)
    location = options.location
    if location == nil, configuration.group("remote", named: "s3")?.isPresent == true {
      location = Path(text: "s3:")
    }
  }

  private static func events(_ configuration: Configuration) throws(Failure) -> EventTerms {
    let hook = configuration.group("hook")
    var terms = EventTerms()
    for group in configuration.groups(of: "strm_jobs") {
      if let feed = try Feed(group, configuration) { terms.feeds.append(feed) }
    }
    if let retries = configuration.group("publish")?.integer("max_retry") {
      terms.retries = retries
    }
    if let span = hook?.text("debounce").flatMap(Span.init(text:)) { terms.debounce = span }
    if let size = hook?.text("inbox_limit").flatMap(Size.init(text:)) { terms.limit = size.bytes }
    return terms
  }

  /// Who is known by his address alone may be anybody, once others than this machine can ask.
  func check(_ server: Server) throws(Failure) {
    if server.address.isLoopback || gate.knowsSecret { return }
    throw Failure(
      .config, server.name,
      "others than this machine could ask here: that needs hook.token or hook.hmac_key")
  }
}
