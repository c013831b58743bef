internal import Core
internal import HTTP
internal import Records
internal import Values

/// One request to a media server, and what it says.
struct Call {
  /// The path behind the server's address.
  var path: String
  var body: JSON
  /// How many changes it tells of.
  var count: Int
  /// The first of them, below the library: what is named if nobody hears of them.
  var paths: [Path] = []

  /// How many changes go with one request, and how many bytes of paths.
  static let most = 500
  static let mostBytes = 256 << 10
  /// Of more folders than these, the library as a whole is scanned.
  static let mostFolders = 20
  static let mostNamed = 3

  /// How long connecting, and a request as a whole, may take.
  static let connecting = Span(nanoseconds: 3_000_000_000)
  static let timeout = Span(nanoseconds: 10_000_000_000)

  /// The requests that tell of changes below a library. `isWhole` says that there were too many.
  static func all(
    _ changes: [(path: Path, change: Change)], isWhole: Bool, in library: Path,
    _ server: MediaServer
  ) -> [Call] {
    switch server.dialect {
    case .emby, .jellyfin:
      let told = isWhole ? [(Path(), Change.modified)] : changes
      return updates(told, library, server.map)
    case .kodi: return scans(changes, isWhole, library, server)
    }
  }

  // MARK: Emby, Jellyfin

  private static func updates(
    _ changes: [(path: Path, change: Change)], _ library: Path, _ map: PathMap
  ) -> [Call] {
    var calls: [Call] = []
    var items: [JSON] = []
    var paths: [Path] = []
    var bytes = 0
    func close() {
      if items.isEmpty { return }
      let body = JSON.object([.init("Updates", .list(items))])
      let count = items.count
      calls.append(
        Call(path: "/Library/Media/Updated", body: body, count: count, paths: paths))
      (items, paths) = ([], [])
      bytes = 0
    }
    for (path, change) in changes {
      let (text, isExact) = text(map.map(library.appending(path)))
      if items.count == most || bytes + text.utf8.count > mostBytes { close() }
      let kind = isExact ? change : .modified
      items.append(
        .object([.init("Path", .text(text)), .init("UpdateType", .text(kind.rawValue))]))
      if paths.count < mostNamed { paths.append(path) }
      bytes += text.utf8.count + 48
    }
    close()
    return calls
  }

  /// A path as a text. JSON has no other: of one that is none, the folder above that is.
  private static func text(_ path: Path) -> (String, isExact: Bool) {
    var path = path
    var isExact = true
    while true {
      if let text = String(validating: path.bytes, as: UTF8.self) { return (text, isExact) }
      isExact = false
      path = path.parent.trimmed
    }
  }

  // MARK: Kodi

  private static func scans(
    _ changes: [(path: Path, change: Change)], _ isWhole: Bool, _ library: Path,
    _ server: MediaServer
  ) -> [Call] {
    let added = changes.filter { $0.change != .deleted }
    var folders = outermost(Set(added.map { $0.path.parent }))
    if isWhole || folders.count > mostFolders { folders = [Path()] }
    var calls = folders.map { folder in
      let seen = server.map.map(library.appending(folder).trimmed)
      let mark = seen.bytes.contains(Path.slash) ? "/" : "\\"
      let directory = JSON.text(text(seen).0 + mark)
      return rpc(
        "VideoLibrary.Scan",
        [.init("directory", directory), .init("showdialogs", .flag(false))],
        added.lazy.map(\.path).filter { $0.isWithin(folder) })
    }
    let isGone = isWhole || added.count < changes.count
    if server.cleans, isGone {
      calls.append(
        rpc(
          "VideoLibrary.Clean", [.init("showdialogs", .flag(false))],
          changes.lazy.filter { $0.change == .deleted }.map(\.path)))
    }
    return calls
  }

  private static func rpc(
    _ method: String, _ parameters: [JSON.Field], _ paths: some Sequence<Path>
  ) -> Call {
    let body: [JSON.Field] = [
      .init("jsonrpc", .text("2.0")), .init("method", .text(method)),
      .init("params", .object(parameters)), .init("id", .integer(1)),
    ]
    let paths = Array(paths)
    return Call(
      path: "/jsonrpc", body: .object(body), count: paths.count,
      paths: Array(paths.prefix(mostNamed)))
  }

  /// Folders without those that lie in another: a scan goes down.
  private static func outermost(_ folders: Set<Path>) -> [Path] {
    var kept: [Path] = []
    for folder in folders.sorted() where !(kept.last.map { folder.isWithin($0) } ?? false) {
      kept.append(folder)
    }
    return kept
  }
}

extension Call {
  /// The request as it goes out.
  func exchange(_ server: MediaServer, below prefix: String) -> Exchange {
    var headers = [(name: "Content-Type", value: "application/json")]
    switch server.proof {
    case .none: break
    case .key(let key):
      let text = key.reveal { String(decoding: $0, as: UTF8.self) }
      headers.append(("X-Emby-Token", text))
      // Newer servers want it here; a quote would end it early.
      if server.dialect == .jellyfin, !text.contains("\"") {
        headers.append(("Authorization", "MediaBrowser Token=\"\(text)\""))
      }
    case .password(let user, let password):
      let pair = password.reveal { Array("\(user):".utf8) + $0 }
      headers.append(("Authorization", "Basic \(Base64.text(pair))"))
    }
    return Exchange(
      .post, server.url + prefix + path, headers: headers, body: .bytes(body.bytes),
      sink: .memory(most: 65_536), timeout: Call.timeout, stall: Call.timeout)
  }

  /// Why an answer is none that one could wish for; nil if it is.
  func objection(_ answer: Answer, _ server: MediaServer) -> String? {
    switch answer.status {
    case 200...299: break
    case 401, 403: return "it does not know us: status \(answer.status); \(hint(server))"
    default: return "it answered with status \(answer.status)"
    }
    guard server.dialect == .kodi else { return nil }
    do throws(Failure) {
      guard let error = try JSON(parsing: answer.body)["error"] else { return nil }
      return "it says no: \(error["message"]?.text ?? "no reason given")"
    } catch {
      return "it did not answer as Kodi does"
    }
  }

  /// Whether the same may well be answered otherwise a little later.
  static func mayPass(_ answer: Answer) -> Bool {
    answer.status >= 500 || answer.status == 429 || answer.status == 408
  }

  static func mayPass(_ trouble: Trouble) -> Bool { trouble.failure("").kind == .later }

  private func hint(_ server: MediaServer) -> String {
    server.dialect == .kodi ? "check user and password" : "check api_key"
  }
}
