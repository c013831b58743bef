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
  let drive: WebDAVDrive
  let parcel: Parcel
  private let then: (Result<Receipt, Failure>) -> Void
  var draft: Path
  /// Where the version before is, if it had to step aside.
  var aside: Path?

  init(
    _ drive: WebDAVDrive, _ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) {
    self.drive = drive
    self.parcel = parcel
    self.then = then
    draft = Leaving.draft(for: parcel.path)
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
  func check(_ next: @escaping () -> Void, orElse fail: ((Failure) -> Void)? = nil) {
    let fail = fail ?? { self.end($0) }
    if case .anything = parcel.condition { return next() }
    drive.stat(parcel.path) { [self] result in
      switch (result, parcel.condition) {
      case (_, .anything): next()
      case (.failure(let failure), .absent) where failure.kind == .absent: next()
      case (.failure(let failure), .unchanged) where failure.kind == .absent:
        fail(Failure(.later, "", "the target has gone since the plan was made"))
      case (.failure(let failure), _): fail(failure)
      case (.success, .absent): fail(Sending.appeared)
      case (.success(let object), .unchanged(let was)):
        if object.objection(against: was) == nil { next() } else { fail(Sending.changed) }
      }
    }
  }

  static let appeared = Failure(
    .later, "", "the target has appeared since the plan was made")
  static let changed = Failure(
    .later, "", "the target has changed since the plan was made")

  func end(_ failure: Failure) { then(.failure(failure)) }

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
      examine { self.check({ self.place() }, orElse: self.giveUp) }
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

  func sendDirectly() {
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
  func giveUp(_ failure: Failure) {
    drive.discard(draft) { [self] trouble in
      if let trouble { drive.log.debug("a draft stays: \(trouble.reason)") }
      end(failure)
    }
  }

  // MARK: What became of it

  func look() {
    drive.stat(parcel.path) { [self] result in
      switch result {
      case .failure(let failure): end(failure)
      case .success(let object) where object.size != parcel.size:
        end(Failure(.later, "", "the server has \(object.size) bytes of \(parcel.size)"))
      case .success(let object): letGo { self.setTime(object) }
      }
    }
  }

  /// Removes the version before, which was seen to be a file.
  private func letGo(_ next: @escaping () -> Void) {
    guard let aside else { return next() }
    drive.discard(aside) { [self] trouble in
      if let trouble { drive.log.warn("\(aside): the version before stays: \(trouble.reason)") }
      next()
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
