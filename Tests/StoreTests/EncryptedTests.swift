import Support
import Testing
import Values

/// Drives behind TLS, with a certificate that only we know.
@Suite("A drive behind TLS") struct EncryptedTests {
  enum Way: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case davs, openlists, clouddrives, h2
    var testDescription: String { rawValue }
  }

  /// A place that is reached by TLS; what is behind it lives as long.
  private final class Place {
    let sandbox = Sandbox()
    let files: [Path]
    let host: String
    let path: String
    let environment: [String]
    private let keeps: [AnyObject]

    init(_ way: Way) throws {
      files = Front.certificate(sandbox, "own")
      let drive = sandbox.home.appending("drive")
      _ = sandbox.run(["mkdir", "-p", "\(drive)/films"], asRoot: true)
      switch way {
      case .davs:
        let server = WebDAVServer(.apache, files)
        host = String(server.endpoint.dropFirst("https://".count))
        path = "\(server.base)/\(server.makeFolder())"
        environment = WebDAVServer.variables
        keeps = [server]
      case .openlists:
        let server = OpenListServer(below: drive)
        let front = FaultProxy(
          to: server.endpoint, tls: (certificate: "\(files[0])", key: "\(files[1])"))
        try front.set()
        host = String(front.endpoint.dropFirst("https://".count))
        path = "films"
        environment = server.variables
        keeps = [server, front]
      case .clouddrives:
        let server = CloudDriveServer(below: drive)
        let front = FaultProxy(
          to: server.endpoint, tls: (certificate: "\(files[0])", key: "\(files[1])"))
        try front.set()
        host = String(front.endpoint.dropFirst("https://".count))
        path = "films"
        environment = server.variables
        keeps = [server, front]
      case .h2:
        let server = CloudDriveServer(below: drive)
        let own = sandbox.home.appending("nginx")
        _ = sandbox.run(["mkdir", "\(own)"], asRoot: true)
        let front = Server(
          python: "nginx.py",
          ["\(own)"] + files.map { "\($0)" }
            + ["\(server.endpoint.split(separator: ":").last ?? "")", "grpc"])
        host = "127.0.0.1:\(front.endpoint)"
        path = "films"
        environment = server.variables
        keeps = [server, front]
      }
    }

    func run(_ script: String) -> Sandbox.Outcome {
      sandbox.shell(script, environment: environment, asRoot: true)
    }

    func configure(_ text: String) {
      _ = sandbox.shell("mkdir -p ~/config/s4l", asRoot: true)
      House.write(Array(text.utf8), to: sandbox.home.appending("config/s4l/s4l.toml"))
    }
  }

  @Test("is written, listed and read where its certificate is known", arguments: Way.allCases)
  func trusted(_ way: Way) throws {
    let place = try Place(way)
    let type = way == .davs ? "webdav" : way == .openlists ? "openlist" : "clouddrive"
    let remote = """
      [remote.drive]
      type = "\(type)"
      endpoint = "https://\(place.host)"
      path = "/\(place.path)"
      \(way == .h2 ? "grpc = \"h2\"" : "")

      """
    var location = "\(way.rawValue)://\(place.host)/\(place.path)"
    var trust = "--ca-file '\(place.files[0])'"
    if way == .h2 {
      place.configure(remote + "ca_file = \"\(place.files[0])\"\n")
      (location, trust) = ("drive:", "")
    }
    let round = place.run(
      """
      mkdir -p s/d && echo one >'s/a #1+.mkv' && head -c 300000 /dev/urandom >s/d/b
      s4l-push \(trust) s '\(location)' && s4l-ls \(trust) '\(location)' &&
      s4l-pull \(trust) '\(location)' back && diff -r s back && echo same
      """)
    #expect(round.status == 0 && round.text.hasSuffix("same\n"), "\(round)")
    #expect(round.text.contains(#""path":"a #1+.mkv""#) && round.text.contains(#""path":"d/b""#))
    if way == .h2 { return }
    place.configure(remote + "insecure = true\n")
    let insecure = place.run("s4l-ls drive:")
    #expect(insecure.status == 0 && insecure.text.contains("d/b"), "\(insecure)")
    #expect(insecure.complaint.hasPrefix("s4l-ls: warning: TLS is not verified"), "\(insecure)")
  }

  @Test("is asked for nothing if it cannot prove to be it", arguments: Way.allCases)
  func refused(_ way: Way) throws {
    if way == .h2 { return }
    let place = try Place(way)
    let other = Front.certificate(place.sandbox, "other")[0]
    let location = "\(way.rawValue)://\(place.host)/\(place.path)"
    let named = location.replacing("127.0.0.1", with: "localhost")
    let ways = [
      "s4l-ls '\(location)'", "s4l-ls --ca-file '\(other)' '\(location)'",
      "s4l-ls --ca-file '\(place.files[0])' '\(named)'",
      "echo x >a && s4l-scan . | s4l-diff '\(location)'",
    ]
    for script in ways {
      let refused = place.run(script)
      #expect(refused.status == 77, "\(script) \(refused)")
      #expect(!refused.text.contains(#""complete":true"#), "\(refused)")
    }
    let right = place.run("s4l-ls --ca-file '\(place.files[0])' '\(location)'")
    #expect(right.status != 77, "\(right)")
  }
}
