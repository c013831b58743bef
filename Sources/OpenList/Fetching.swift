internal import Core
internal import Drives
internal import HTTP
internal import Records
internal import Signing
internal import Store
internal import System
internal import Values

/// A file on its way here.
///
/// The server says what the file is and which sign it wants to see, and gives it under `/d`, mostly
/// by sending us to the drive's own servers. Nothing that was given to us to prove who we are goes
/// along on that way: the sign is enough.
final class Fetching {
  private let drive: OpenListDrive
  private let pickup: Pickup
  private let then: (Result<Receipt, Failure>) -> Void
  private var sight = OpenListDrive.Sight()
  private var hops = 0
  /// Why the way through the server was none.
  private var first: Failure?

  init(
    _ drive: OpenListDrive, _ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    self.drive = drive
    self.pickup = pickup
    self.then = then
  }

  func start() {
    drive.look(pickup.path) { result in
      switch result {
      case .failure(let failure): self.then(.failure(failure))
      case .success(let sight):
        if let objection = sight.object.objection(against: self.pickup.listed) {
          return self.then(.failure(Failure(.later, "", objection)))
        }
        self.sight = sight
        self.begin()
      }
    }
  }

  private func begin() {
    drive.prefix { result in
      switch result {
      case .failure(let failure): self.then(.failure(failure))
      case .success(let base):
        let parts = base.parts + self.drive.root.parts + self.pickup.path.parts
        let path = Path([Path.slash] + parts.joined(separator: [Path.slash]))
        var url = "\(self.drive.address)/d\(Encoding.path(path))"
        if let sign = self.sight.sign { url += "?sign=\(Encoding.path(Path(text: sign)))" }
        self.fetch(url)
      }
    }
  }

  private func fetch(_ url: String) {
    let size = sight.object.size
    var objection: Failure?
    var isError = false
    drive.caller.send { [pickup] in
      objection = nil
      isError = false
      var exchange = Exchange(.get, url, sink: .file(pickup.file, offset: 0)) { answer in
        guard answer.isSuccess else { return true }
        let length = answer.headers["content-length"].flatMap { Int($0) }
        if length == size || length == nil { return true }
        // Some servers tell of errors with status 200.
        isError = Fetching.isJSON(answer)
        objection = Failure(.later, "", "\(length ?? 0) bytes come of \(size)")
        return false
      }
      exchange.most = size
      return exchange
    } judge: { answer in
      switch answer.status {
      case 200...399: .fine
      case 429: .again(Fetching.refusal(answer), wish: Fault.wish(answer), isThrottled: true)
      case 408, 500...599: .again(Fetching.refusal(answer), wish: Fault.wish(answer))
      default: .failed(Fetching.refusal(answer))
      }
    } _: { result in
      switch result {
      case .success(let answer): self.arrived(answer, url)
      case .failure where isError: self.ask(url)
      case .failure(let failure): self.failed(objection ?? failure)
      }
    }
  }

  private static func isJSON(_ answer: Answer) -> Bool {
    answer.headers["content-type"]?.lowercased().hasPrefix("application/json") ?? false
  }

  private static func refusal(_ answer: Answer) -> Failure {
    let kind: Failure.Kind =
      switch answer.status {
      case 401, 403: .refused
      case 404, 410: .unavailable
      case 429: .later
      default: .unavailable
      }
    return Failure(kind, "", "its content comes with status \(answer.status)")
  }

  private func arrived(_ answer: Answer, _ url: String) {
    if (300...399).contains(answer.status) { return follow(answer, url) }
    let size = sight.object.size
    guard answer.status == 200, answer.received == size else {
      return failed(Failure(.later, "", "\(answer.received) bytes came of \(size)"))
    }
    do { try pickup.end(at: size) } catch { return then(.failure(error)) }
    pickup.moved(size)
    let now = Fingerprint(size: size, mtime: sight.object.mtime)
    then(.success(Receipt(now, isConfirmed: false)))
  }

  private func follow(_ answer: Answer, _ url: String) {
    do throws(Failure) {
      fetch(try Hop.next(answer, from: url, &hops))
    } catch {
      failed(error)
    }
  }

  // MARK: When it does not come

  /// Asks once more, to hear what the server has to say.
  private func ask(_ url: String) {
    drive.caller.send {
      Exchange(.get, url, sink: .memory(most: 65_536))
    } judge: { _ in
      .fine
    } _: { result in
      do throws(Failure) {
        let answer = try result.get()
        switch Fault.meaning(answer) {
        case .fine, .unrefreshed: throw Fault.garbage("it has another size than the file")
        case .passing(let failure, _), .unknown(let failure), .failed(let failure): throw failure
        }
      } catch {
        self.failed(error)
      }
    }
  }

  /// Goes the other way, if there is one: to where the server itself would fetch it.
  private func failed(_ failure: Failure) {
    guard first == nil, failure.kind != .io, let link = sight.link,
      let url = Fetching.address(link)
    else { return then(.failure(first ?? failure)) }
    first = failure
    hops = 0
    fetch(url)
  }

  private static func address(_ link: String) -> String? {
    do throws(Failure) { return try Hop.target(link, from: "http://localhost/") } catch {
      return nil
    }
  }
}

extension OpenListDrive {
  /// Where the account's own paths begin on the server: links name the whole path.
  func prefix(_ then: @escaping (Result<Path, Failure>) -> Void) {
    if let base { return then(.success(base)) }
    ask {
      [address] () throws(Failure) in
      Exchange(.get, "\(address)/api/me")
    } _: { [self] result in
      do throws(Failure) {
        var text = ""
        let scratch = Buffer(capacity: 256)
        try Envelope.open(try result.get().body) { (walker) throws(Failure) in
          try walker.members { (walker, key) throws(Failure) in
            guard key.spells("base_path") else { return }
            let bytes = try walker.value().text(scratch)
            text = bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
          }
        }
        base = Path(text: text)
        then(.success(Path(text: text)))
      } catch {
        then(.failure(error))
      }
    }
  }
}
