package import Core
internal import HTTP
internal import Manifests
internal import Records
package import Stream
internal import System
package import Values

/// Tries some of the links that the .strm files of a folder hold.
///
/// A link is dead only if the server says that there is no such file. All else, a login that ran
/// out, a server that is down, a drive that is busy, says nothing of the file: it is told as
/// unknown, by its kind, and nobody should delete for it.
package final class Checking {
  private struct Link {
    var target: Path
    var source: Path
    var url: String
  }

  private let target: Path
  private let count: Int
  private let section: Section
  private let loop: Loop
  private let courier: Courier
  private var failure: Failure?
  private var open = 0

  package init(
    _ target: Path, _ count: Int, jobs: Int, stall: Span, _ section: Section
  ) throws(Failure) {
    self.target = target
    self.count = count
    self.section = section
    loop = try Loop()
    courier = try Courier(loop, Courier.Manner(connect: stall, stall: stall, most: jobs))
  }

  package func run() throws(Failure) -> Status {
    let ground = try Folder.open(target)
    guard let manifest = try Manifest(of: ground) else {
      throw Failure(.absent, "\(target)", "it has no manifest, so no file is known to be ours")
    }
    try section.open(Head(.selection, root: target))
    for (name, source) in try sample(manifest) {
      do throws(Failure) {
        if let objection = name.objection { throw Failure(.data, "", objection) }
        let (_, content, _) = try Rewriting.read(name, ground)
        let line = Path(content.prefix { $0 != 10 && $0 != 13 })
        if line.isAbsolute {
          try Checking.look(at: line)
          try tell(name, source, nil)
          continue
        }
        let url = try Checking.url(in: content)
        ask(Link(target: name, source: source, url: url), .head)
      } catch {
        try tell(name, source, error)
      }
    }
    try loop.run { [self] in open == 0 }
    if let failure { throw failure }
    try section.close(isComplete: open == 0)
    return section.status
  }

  /// As many targets as are asked for, each as likely as the next.
  private func sample(_ manifest: Manifest) throws(Failure) -> [(Path, Path)] {
    var chosen: [(Path, Path)] = []
    var dice = SystemRandomNumberGenerator()
    var seen = 0
    _ = try manifest.forEach { (record) throws(Failure) in
      guard let name = try record.name(.target), name.bytes.hasSuffix(".strm") else { return }
      seen += 1
      if chosen.count < count {
        chosen.append((name, record.ownPath))
      } else {
        let place = Int.random(in: 0..<seen, using: &dice)
        if place < count { chosen[place] = (name, record.ownPath) }
      }
    }
    return chosen
  }

  /// Whether a path of this machine leads to something. Where its folder is not there either, it
  /// may be that of another machine, or of a mount that is lost.
  private static func look(at path: Path) throws(Failure) {
    switch path.withCString({ Inode.at(Folder.current, $0, followsLinks: true) }) {
    case .success: return
    case .failure(let error):
      guard error.isAbsent else { throw Failure(error.kind, "", "unknown: \(error.words)") }
    }
    let folder: Folder
    do throws(Failure) { folder = try Folder.open(path.parent) } catch {
      throw Failure(.later, "", "unknown: \(path.parent): \(error.reason)")
    }
    withExtendedLifetime(folder) {}
    throw Failure(.absent, "", "dead: there is no such file")
  }

  private static func url(in content: [UInt8]) throws(Failure) -> String {
    let line = content.prefix { $0 != 10 && $0 != 13 }
    let isWeb = line.starts(with: "http://".utf8) || line.starts(with: "https://".utf8)
    guard isWeb else {
      throw Failure(.unavailable, "", "it holds neither a link of the web nor a path")
    }
    guard line.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Failure(.unavailable, "", "its link is not escaped, so it was not tried")
    }
    return String(decoding: line, as: UTF8.self)
  }

  private func ask(_ link: Link, _ method: Exchange.Method) {
    open += 1
    let headers = method == .get ? [(name: "Range", value: "bytes=0-0")] : []
    let exchange = Exchange(
      method, link.url, headers: headers, sink: .memory(most: 65_536),
      timeout: Span(nanoseconds: 120_000_000_000))
    courier.start(exchange) { [self] result in
      open -= 1
      do throws(Failure) {
        try answer(result, to: link, method)
      } catch {
        failure = failure ?? error
      }
    }
  }

  private func answer(
    _ result: Result<Answer, Trouble>, to link: Link, _ method: Exchange.Method
  ) throws(Failure) {
    switch result {
    case .failure(let trouble):
      // What would send the whole file in place of its first byte has it.
      let isThere = method == .get && trouble.kind == .tooLarge
      try tell(
        link.target, link.source,
        isThere ? nil : Failure(.later, "", "unknown: \(trouble.reason)"))
    case .success(let answer):
      let isJSON = answer.headers["content-type"]?.hasPrefix("application/json") ?? false
      let wantsBody = isJSON || answer.status >= 400
      let isGone = answer.status == 404 || answer.status == 410
      if method == .head, wantsBody, !isGone { return ask(link, .get) }
      try tell(link.target, link.source, Checking.verdict(answer, isJSON: isJSON))
    }
  }

  /// What an answer says of a file: nil if it is there.
  private static func verdict(_ answer: Answer, isJSON: Bool) -> Failure? {
    let body = answer.body.map { (65...90).contains($0) ? $0 | 0x20 : $0 }
    if answer.status == 404 || answer.status == 410 {
      return Failure(.absent, "", "dead: the server answers \(answer.status)")
    }
    if isJSON || answer.status >= 400, body.holds("object not found") {
      return Failure(.absent, "", "dead: the server has no such file")
    }
    if isJSON, body.holds("\"code\"") {
      return Failure(.later, "", "unknown: the server answers with a message, not with a file")
    }
    return switch answer.status {
    case 200..<400: nil
    case 401, 403: Failure(.refused, "", "unknown: the server answers \(answer.status)")
    default: Failure(.later, "", "unknown: the server answers \(answer.status)")
    }
  }

  private func tell(_ target: Path, _ source: Path, _ failure: Failure?) throws(Failure) {
    try section.outcome(ok: failure == nil, bytes: 0) { writer in
      writer.add(.path, name: source)
      writer.add(.target, name: target)
      writer.add(.did, "check")
      writer.add(.ok, failure == nil)
      if let failure {
        writer.add(.kind, text: failure.kind.rawValue)
        writer.add(.reason, text: failure.reason)
      }
    }
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ text: String) -> Bool {
    suffix(text.utf8.count).elementsEqual(text.utf8)
  }

  fileprivate func holds(_ text: String) -> Bool {
    indices.contains { self[$0...].starts(with: text.utf8) }
  }
}
