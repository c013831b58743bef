import Core
import Foundation
import Support
import Values

/// A media server, a configuration that names it, and a library.
final class Studio {
  struct Request {
    var path: String
    var headers: [String: String]
    var body: [String: Any]

    /// The changes that it tells of: type and path.
    var updates: [String] {
      let updates = body["Updates"] as? [[String: String]] ?? []
      return updates.map { "\($0["UpdateType"] ?? "?") \($0["Path"] ?? "?")" }
    }

    /// The call that it makes of Kodi.
    var call: String {
      let parameters = body["params"] as? [String: Any] ?? [:]
      return "\(body["method"] as? String ?? "?") \(parameters["directory"] as? String ?? "")"
    }
  }

  let sandbox = Sandbox()
  let server = Support.Server(python: "media.py")

  /// Says how the server behaves, and how it is configured besides its address.
  init(_ type: String, mode: String = "well", _ more: String = "") throws {
    _ = try server.ask(["mode": mode])
    configure(
      """
      [[notify]]
      name = "den"
      type = "\(type)"
      url = "\(server.endpoint)"
      \(more)
      """)
  }

  func configure(_ text: String) {
    _ = sandbox.shell(
      "mkdir -p ~/config/s4l && cat >~/config/s4l/s4l.toml && chmod 600 ~/config/s4l/s4l.toml",
      stdin: Array(text.utf8))
  }

  func run(_ records: String, _ options: [String] = [], environment: [String] = [])
    -> Sandbox.Outcome
  {
    sandbox.run(
      ["s4l-notify"] + options + ["/srv/library"], stdin: Array(records.utf8),
      environment: environment)
  }

  /// What the server was asked since the last time, once there were so many requests in all.
  func requests(atLeast count: Int = 0) throws -> [Request] {
    let told = try server.ask(["wait": count])["requests"] as? [[String: Any]] ?? []
    return try told.map { request in
      let body = request["body"] as? String ?? ""
      let object = try JSONSerialization.jsonObject(with: Data(body.utf8))
      return Request(
        path: request["path"] as? String ?? "",
        headers: request["headers"] as? [String: String] ?? [:],
        body: object as? [String: Any] ?? [:])
    }
  }
}

/// A section of records.
func section(_ records: [String], view: String = "listing", more: String = "") -> String {
  let head = #"{"type":"head","version":1,"tool":"s4l-clean","view":"\#(view)"\#(more)}"#
  let holes = records.count { $0.contains(#""type":"hole""#) }
  let tail = #"{"type":"tail","complete":true,"records":\#(records.count),"holes":\#(holes)}"#
  return ([head] + records + [tail]).map { $0 + "\n" }.joined()
}

func outcome(_ path: String, _ did: String, ok: Bool = true, _ more: String = "") -> String {
  let failure = ok ? "" : #","kind":"io","reason":"no""#
  return #"{"type":"outcome","path":"\#(path)","did":"\#(did)","ok":\#(ok)\#(failure)\#(more)}"#
}
