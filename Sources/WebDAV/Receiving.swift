internal import Core
internal import Drives
internal import HTTP
internal import Records
internal import Store
internal import System
internal import Values

/// A file on its way here, in one request, or where the server sends us.
///
/// Who we are is told to the server alone and to no other that it sends us to.
final class Receiving {
  private let drive: WebDAVDrive
  private let pickup: Pickup
  private let then: (Result<Receipt, Failure>) -> Void
  private let home: Substring
  private var hops = 0
  private var objection: Failure?

  init(
    _ drive: WebDAVDrive, _ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    self.drive = drive
    self.pickup = pickup
    self.then = then
    home = Hop.origin(of: drive.place.origin)
  }

  func start() { fetch(drive.url(pickup.path)) }

  private func fetch(_ url: String) {
    let isHome = Hop.origin(of: url) == home
    let make = { [self] () throws(Failure) in
      objection = nil
      var exchange = Exchange(
        .get, url, sink: .file(pickup.file, offset: 0), stall: WebDAVDrive.patience
      ) { answer in
        self.objection = answer.isSuccess ? self.objection(to: answer, isHome: isHome) : nil
        return self.objection == nil
      }
      exchange.most = pickup.listed.size ?? .max
      return exchange
    }
    let judge: (Answer) -> Caller.Verdict? = { answer in
      switch answer.status {
      case 200, 301, 302, 303, 307, 308: .fine
      default: nil
      }
    }
    let end: (Result<Answer, Failure>) -> Void = { result in
      switch result {
      case .success(let answer): self.arrived(answer, url)
      case .failure(let failure): self.then(.failure(self.objection ?? failure))
      }
    }
    if isHome { return drive.send(make, judge: judge, end) }
    let stranger = Login(.nobody)
    drive.caller.send(make) { answer in
      if let verdict = judge(answer) { return verdict }
      // Nobody there knows us, so that it is refused says nothing of who we are.
      if answer.status < 500, answer.status != 408, answer.status != 429 {
        let reason = "where the server sends us it is refused (status \(answer.status))"
        return .failed(Failure(.later, "", reason))
      }
      return Fault.verdict(answer, stranger, nil)
    } _: {
      end($0)
    }
  }

  /// Why an answer is not that of the file that was listed.
  private func objection(to answer: Answer, isHome: Bool) -> Failure? {
    if isHome, let seen = pickup.listed.etag, let tag = answer.headers["etag"],
      !Receiving.isSame(seen, tag)
    {
      return Failure(.later, "", "it has changed since it was listed")
    }
    let length = answer.headers["content-length"].flatMap { Int($0) }
    if let size = pickup.listed.size, let length, size != length {
      return Failure(.later, "", "its size is \(length), not \(size)")
    }
    return nil
  }

  /// Whether two tags are of one version. Listings and files differ in whether they call one weak.
  private static func isSame(_ one: [UInt8], _ text: String) -> Bool {
    func bare(_ tag: some Sequence<UInt8>) -> [UInt8] {
      var rest = Array(tag)[...]
      if rest.starts(with: "W/".utf8) { rest = rest.dropFirst(2) }
      return rest.filter { $0 != UInt8(ascii: "\"") }
    }
    return bare(one) == bare(text.utf8)
  }

  private func arrived(_ answer: Answer, _ url: String) {
    if answer.status != 200 { return follow(answer, url) }
    let size = answer.received
    if let wanted = pickup.listed.size, wanted != size {
      return then(.failure(Failure(.later, "", "\(size) bytes came of \(wanted)")))
    }
    do { try pickup.end(at: size) } catch { return then(.failure(error)) }
    pickup.moved(size)
    let now = Fingerprint(size: size, etag: pickup.listed.etag)
    then(.success(Receipt(now, isConfirmed: false)))
  }

  private func follow(_ answer: Answer, _ url: String) {
    do throws(Failure) {
      fetch(try Hop.next(answer, from: url, &hops))
    } catch {
      then(.failure(error))
    }
  }
}
