internal import Core
internal import Digests
internal import Drives
internal import Glibc
internal import HTTP
internal import Records
internal import Store
internal import System
internal import Values

/// A file on its way here: the server says what it is and where it can be fetched, and either gives
/// it or sends us to the cloud. Nothing that proves who we are goes along on that way: where it is
/// wanted, it is in the address already.
final class Fetching {
  private let drive: CloudDrive2
  private let pickup: Pickup
  private let then: (Result<Receipt, Failure>) -> Void
  private var object = Object(size: 0)
  private var hops = 0

  init(
    _ drive: CloudDrive2, _ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    self.drive = drive
    self.pickup = pickup
    self.then = then
  }

  func start() {
    drive.stat(pickup.path) { [self] result in
      switch result {
      case .failure(let failure): then(.failure(failure))
      case .success(let object):
        if let objection = object.objection(against: pickup.listed) {
          return then(.failure(Failure(.later, "", objection)))
        }
        self.object = object
        locate()
      }
    }
  }

  // MARK: Where it is

  private func locate() {
    let whole = drive.root.appending(pickup.path)
    guard drive.tellsAddresses else { return fetch(drive.own.address(of: whole)) }
    let call: Call
    do throws(Failure) { call = Call.address(try drive.text(pickup.path)) } catch {
      return then(.failure(error))
    }
    drive.ask(call) { [drive] message -> String?? in
      guard let address = DownloadAddress(message) else { return nil }
      return .some(address.form.flatMap { drive.own.address($0) })
    } _: { [self] result in
      switch result {
      case .success(let url?): fetch(url)
      case .success(nil): fetch(drive.own.address(of: whole))
      case .failure(let failure) where failure.kind == .unavailable:
        // An older server, which does not know the call, does not sign either.
        drive.tellsAddresses = false
        fetch(drive.own.address(of: whole))
      case .failure(let failure): then(.failure(failure))
      }
    }
  }

  // MARK: The bytes

  private func fetch(_ url: String) {
    let size = object.size
    var objection: Failure?
    drive.files.send { [pickup] () throws(Failure) in
      objection = nil
      var exchange = Exchange(
        .get, url, sink: .file(pickup.file, offset: 0), stall: Switchboard.patience
      ) { answer in
        guard answer.status == 200, let length = answer.headers["content-length"] else {
          return true
        }
        if Int(length) == size { return true }
        objection = Failure(.later, "", "\(Path.visible(length.utf8)) bytes come of \(size)")
        return false
      }
      exchange.most = size
      return exchange
    } judge: { answer in
      let failure = Fetching.refusal(answer)
      let wish = Backoff.wish(
        milliseconds: nil, retryAfter: answer.headers["retry-after"], now: Clock.now())
      return switch answer.status {
      case 200, 300...399: .fine
      case 408, 500, 502...504: .again(failure, wish: wish)
      case 429: .again(failure, wish: wish, isThrottled: true)
      default: .failed(failure)
      }
    } _: { [self] result in
      switch result {
      case .success(let answer): arrived(answer, url)
      case .failure(let failure): then(.failure(objection ?? failure))
      }
    }
  }

  private static func refusal(_ answer: Answer) -> Failure {
    let kind: Failure.Kind =
      switch answer.status {
      case 401, 403: .refused
      case 408, 429, 500, 502...504: .later
      default: .unavailable
      }
    // The server says in a line what it wants, as that links must be signed.
    let line = answer.body.prefix { $0 != 10 && $0 != 13 }.prefix(200)
    let isText = answer.headers["content-type"]?.hasPrefix("text/plain") ?? false
    let words = isText && !line.isEmpty ? ": \(Path.visible(line))" : ""
    return Failure(kind, "", "its content comes with status \(answer.status)\(words)")
  }

  private func arrived(_ answer: Answer, _ url: String) {
    let size = object.size
    do throws(Failure) {
      if (300...399).contains(answer.status) {
        return fetch(try Hop.next(answer, from: url, &hops))
      }
      guard answer.received == size else {
        throw Failure(.later, "", "\(answer.received) bytes came of \(size)")
      }
      try pickup.end(at: size)
      let isConfirmed = try isConfirmed()
      pickup.moved(size)
      then(
        .success(Receipt(Fingerprint(size: size, mtime: object.stored), isConfirmed: isConfirmed)))
    } catch {
      then(.failure(error))
    }
  }

  /// Whether what was written has the digest that the server tells, where that is asked for.
  private func isConfirmed() throws(Failure) -> Bool {
    guard pickup.verifies, let md5 = object.md5 else { return false }
    let digest = try Digest(.md5)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { room.deallocate() }
    var at = 0
    while at < object.size {
      let count = pread(pickup.file, room.baseAddress, room.count, at)
      let error = errno
      if count > 0 {
        try digest.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
        at += count
      } else if count == 0 || error != EINTR {
        throw count == 0
          ? Failure(.io, "", "what was written is not there") : Failure(errno: error, "")
      }
    }
    guard Hex.text(try digest.finish()) == md5 else {
      pickup.spoiled()
      throw Failure(.later, "", "what arrived has another MD5 than the store tells")
    }
    return true
  }
}
