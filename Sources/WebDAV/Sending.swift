internal import Core
internal import Drives
internal import Glibc
internal import HTTP
internal import Records
internal import Store
internal import System
internal import Values

/// A file on its way to the server: to a name of ours beside its place, then moved there, so that
/// it is there whole or not at all. To a server that moves nothing it is sent to its place at once.
///
/// What the server says of the file afterwards is what the receipt tells.
final class Sending {
  private let drive: WebDAVDrive
  private let parcel: Parcel
  private let then: (Result<Receipt, Failure>) -> Void
  private let draft: Path
  /// What stood at the place when the draft was about to be moved there.
  private var before: Object?

  static let draftStart = ".s4l-put-"

  init(
    _ drive: WebDAVDrive, _ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    self.drive = drive
    self.parcel = parcel
    self.then = then
    let salt = String(UInt64.random(in: 0 ... .max), radix: 36)
    draft = Path(parcel.path.parent.bytes + Array("\(Sending.draftStart)\(salt)".utf8))
  }

  func start() {
    var objection = parcel.path.objection
    if !parcel.path.bytes.withUnsafeBytes({ Text.isUTF8($0) }) {
      objection = "the name is no UTF-8, which the store wants"
    }
    if parcel.path.isFolder { objection = "the path is that of a folder" }
    if let objection {
      drive.loop.after(0) { self.end(Failure(.refused, "", objection)) }
      return
    }
    // What would be for nothing is not sent.
    check { self.prepare() }
  }

  /// Holds the place to the condition.
  private func check(_ next: @escaping () -> Void) {
    if case .anything = parcel.condition { return next() }
    drive.stat(parcel.path) { [self] result in
      switch (result, parcel.condition) {
      case (_, .anything): next()
      case (.failure(let failure), .absent) where failure.kind == .absent: next()
      case (.failure(let failure), .unchanged) where failure.kind == .absent:
        end(Failure(.later, "", "the target has gone since the plan was made"))
      case (.failure(let failure), _): end(failure)
      case (.success, .absent): end(Sending.appeared)
      case (.success(let object), .unchanged(let was)):
        if object.objection(against: was) == nil { next() } else { end(Sending.changed) }
      }
    }
  }

  private static let appeared = Failure(
    .later, "", "the target has appeared since the plan was made")
  private static let changed = Failure(
    .later, "", "the target has changed since the plan was made")

  private func end(_ failure: Failure) { then(.failure(failure)) }

  private func prepare() {
    drive.make(parcel.path.parent.trimmed) { [self] failure in
      if let failure { return end(failure) }
      if drive.habits.moves { sendDraft() } else { sendDirectly() }
    }
  }

  // MARK: Sending

  private func sendDraft() {
    upload(to: draft, headers: []) { [self] failure in
      if let failure { return giveUp(failure) }
      guard parcel.isUnchanged() else {
        return giveUp(Failure(.later, "", "it changed while it was copied"))
      }
      examine { self.check { self.lookBeforeMove() } }
    }
  }

  /// Goes on if the draft is there whole: what it replaces is gone once it is moved.
  private func examine(_ next: @escaping () -> Void) {
    drive.stat(draft) { [self] result in
      switch result {
      case .failure(let failure): giveUp(failure)
      case .success(let object) where object.size != parcel.size:
        giveUp(Failure(.later, "", "the server has \(object.size) bytes of \(parcel.size)"))
      case .success: next()
      }
    }
  }

  private func sendDirectly() {
    var headers: [(name: String, value: String)] = []
    if case .absent = parcel.condition { headers = [("If-None-Match", "*")] }
    upload(to: parcel.path, headers: headers) { [self] failure in
      if let failure { end(failure) } else { look() }
    }
  }

  private func upload(
    to path: Path, headers: [(name: String, value: String)],
    _ then: @escaping (Failure?) -> Void
  ) {
    var headers = headers
    // Whole seconds are all that most keep: those that do not lie before the file's time, or it
    // would be taken for newer than its copy.
    if let seconds { headers.append(("X-OC-Mtime", "\(seconds)")) }
    let body: Exchange.Body =
      switch parcel.content {
      case .bytes(let bytes): .bytes(bytes)
      case .file(let file): .file(file, offset: 0, count: parcel.size)
      }
    drive.ask(.put, path, headers: headers, body: body, accepting: [200, 201, 204]) {
      [self] result in
      switch result {
      case .success:
        parcel.moved(parcel.size)
        then(nil)
      case .failure(let failure):
        // A folder that was there may have gone.
        drive.parents.forget()
        then(failure)
      }
    }
  }

  /// The time of the file in whole seconds, rounded up.
  private var seconds: Int64? {
    parcel.mtime.map { $0.seconds + ($0.nanoseconds > 0 ? 1 : 0) }
  }

  /// Ends with a failure once the draft is gone, as far as that can be.
  private func giveUp(_ failure: Failure) {
    drive.discard(draft) { [self] trouble in
      if let trouble { drive.log.debug("a draft stays: \(trouble.reason)") }
      end(failure)
    }
  }

  // MARK: Moving

  /// What is moved onto a folder would take its place, with all that is in it gone. So only what
  /// was just seen to be a file is replaced, and where nothing was seen nothing may be.
  private func lookBeforeMove() {
    drive.look(parcel.path) { [self] result in
      switch result {
      case .success(nil):
        giveUp(Failure(.refused, "", "a folder stands where the file should be"))
      case .success(let object):
        before = object
        move(mayReplace: !mayBeNew)
      case .failure(let failure) where failure.kind == .absent: move(mayReplace: false)
      case .failure(let failure): giveUp(failure)
      }
    }
  }

  private func move(mayReplace: Bool) {
    var tries = 0
    let headers = [
      (name: "Destination", value: drive.url(parcel.path)),
      (name: "Overwrite", value: mayReplace ? "T" : "F"),
    ]
    let url = drive.url(draft)
    drive.send {
      tries += 1
      return Exchange(.move, url, headers: headers, stall: WebDAVDrive.patience)
    } judge: { answer in
      switch answer.status {
      case 200, 201, 204, 400, 403, 404, 405, 412, 415, 501, 502: .fine
      default: nil
      }
    } _: { [self] result in
      switch result {
      case .failure(let failure): giveUp(failure)
      case .success(let answer): moved(answer.status, tries)
      }
    }
  }

  private func moved(_ status: Int, _ tries: Int) {
    switch status {
    case 200...299: look()
    // Perhaps it was moved by a request whose answer did not come, which was then made again.
    case 404:
      drive.stat(parcel.path) { [self] result in
        if case .success(let object) = result, object != before { return look() }
        end(Failure(.later, "", "what was sent is gone before it got its name"))
      }
    case 412 where tries > 1:
      drive.stat(draft) { [self] result in
        if case .failure(let failure) = result, failure.kind == .absent { return look() }
        giveUp(Sending.appeared)
      }
    case 412: giveUp(Sending.appeared)
    default:
      drive.log.debug("the server moves no files, which are sent to their places from now on")
      drive.habits.moves = false
      drive.discard(draft) { [self] trouble in
        if let trouble { drive.log.warn("\(draft): a draft stays: \(trouble.reason)") }
        check { self.sendDirectly() }
      }
    }
  }

  private var mayBeNew: Bool { if case .absent = parcel.condition { true } else { false } }

  // MARK: What became of it

  private func look() {
    drive.stat(parcel.path) { [self] result in
      switch result {
      case .failure(let failure): end(failure)
      case .success(let object) where object.size != parcel.size:
        end(Failure(.later, "", "the server has \(object.size) bytes of \(parcel.size)"))
      case .success(let object): setTime(object)
      }
    }
  }

  /// Sets the time, if it did not come along and the server lets us.
  private func setTime(_ object: Object) {
    guard let seconds, let stored = object.stored else { return finish(object) }
    if stored.seconds == seconds {
      drive.habits.keepsTimes = true
      return finish(object)
    }
    guard drive.habits.keepsTimes != true, drive.habits.setsTimes != false else {
      return finish(object)
    }
    let body = Sending.patch(Timestamp(seconds: seconds).httpDate)
    let headers = [(name: "Content-Type", value: "application/xml; charset=utf-8")]
    drive.send { [url = drive.url(parcel.path)] in
      Exchange(.proppatch, url, headers: headers, body: .bytes(body))
    } judge: { _ in
      .fine
    } _: { [self] result in
      guard case .success(let answer) = result, answer.status == 207 else {
        drive.habits.setsTimes = false
        return finish(object)
      }
      drive.stat(parcel.path) { [self] result in
        guard case .success(let again) = result, again.size == parcel.size else {
          return finish(object)
        }
        drive.habits.setsTimes = again.stored?.seconds == seconds
        finish(again)
      }
    }
  }

  private static func patch(_ date: String) -> [UInt8] {
    Array(
      ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:propertyupdate xmlns:D=\"DAV:\"><D:set>"
        + "<D:prop><D:getlastmodified>\(date)</D:getlastmodified></D:prop></D:set>"
        + "</D:propertyupdate>").utf8)
  }

  private func finish(_ object: Object) {
    let now = Fingerprint(size: object.size, mtime: object.stored, etag: object.etag)
    then(.success(Receipt(now, isConfirmed: false)))
  }
}
