internal import Core
internal import Drives
internal import Glibc
internal import Records
internal import Store
internal import System
internal import Values

/// A file on its way there.
///
/// The service takes a file piece by piece and shows it from the first. So it is sent under a name
/// that is ours, and gets its own when it is there whole. What has that name until then steps
/// aside, and comes back if the new one cannot take its place: at no moment is it gone for good.
final class Sending {
  /// Servers of gRPC take messages of 4 MiB.
  private static let piece = 2 << 20

  private let drive: CloudDrive2
  private let parcel: Parcel
  private let then: (Result<Receipt, Failure>) -> Void
  private let name: String
  private let early: Path
  private let aside: Path
  private var handle: Int?
  private var isMade = false
  private var sent = 0

  init(
    _ drive: CloudDrive2, _ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void
  ) throws(Failure) {
    if let objection = parcel.path.objection { throw Failure(.refused, "", objection) }
    if parcel.path.isFolder { throw Failure(.refused, "", "it is a folder") }
    _ = try drive.text(parcel.path)
    self.drive = drive
    self.parcel = parcel
    self.then = then
    early = Leaving.draft(for: parcel.path)
    aside = Leaving.aside(for: parcel.path)
    name = String(decoding: parcel.path.name.bytes, as: UTF8.self)
  }

  private var folder: Path { parcel.path.parent.isEmpty ? Path() : parcel.path.parent.trimmed }

  private func text(_ path: Path) -> String {
    CloudDrive2.text(whole: drive.root.appending(path))
  }

  func start() {
    if case .anything = parcel.condition { return make(mayMakeFolder: true) }
    examine { [self] _ in make(mayMakeFolder: true) }
  }

  /// Looks at what has the name, and whether it may be replaced; goes on with whether it is there.
  private func examine(_ go: @escaping (Bool) -> Void) {
    drive.look(parcel.path) { [self] result in
      let found: Result<Object, Failure>
      switch result {
      case .success(.file(let object)): found = .success(object)
      case .success(.folder): return abandon(Failure(.io, "", "a folder has its name"))
      case .failure(let failure) where failure.kind == .absent: found = .failure(failure)
      case .failure(let failure): return abandon(failure)
      }
      if let objection = parcel.condition.objection(to: found) { return abandon(objection) }
      if case .success = found { go(true) } else { go(false) }
    }
  }

  // MARK: Its content

  private func make(mayMakeFolder: Bool) {
    drive.ask(
      Call.makeFile(String(decoding: early.name.bytes, as: UTF8.self), in: text(folder)),
      { FirstNumber($0) }
    ) { [self] result in
      switch result {
      case .success(let number):
        handle = number.value
        isMade = true
        write()
      case .failure(let failure) where failure.kind == .absent && mayMakeFolder:
        drive.makeFolder(folder) { [self] failure in
          if let failure { return abandon(failure) }
          make(mayMakeFolder: false)
        }
      case .failure(let failure): abandon(failure)
      }
    }
  }

  private func write() {
    guard let handle else { return }
    if Interrupt.isRequested { return abandon(Failure(.later, "", "the run was stopped")) }
    if sent == parcel.size { return close() }
    let piece: [UInt8]
    do throws(Failure) { piece = try next() } catch { return abandon(error) }
    drive.ask(Call.write(piece, at: sent, to: handle), { FirstNumber($0) }) { [self] result in
      switch result {
      case .failure(let failure): abandon(failure)
      case .success(let number):
        guard number.value == piece.count else {
          return abandon(
            Failure(.io, "", "the server has taken \(number.value) bytes of \(piece.count)"))
        }
        sent += piece.count
        parcel.moved(piece.count)
        write()
      }
    }
  }

  /// The bytes that are next.
  private func next() throws(Failure) -> [UInt8] {
    let count = min(Sending.piece, parcel.size - sent)
    switch parcel.content {
    case .bytes(let bytes):
      guard bytes.count >= sent + count else { throw Sending.changed }
      return Array(bytes[sent..<(sent + count)])
    case .file(let file):
      var error: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
        while filled < count, error == 0 {
          let got = pread(
            file, room.baseAddress.map { $0 + filled }, count - filled, sent + filled)
          let problem = errno
          if got > 0 { filled += got }
          if got == 0 { break }
          if got < 0, problem != EINTR { error = problem }
        }
      }
      if error != 0 { throw Failure(errno: error, "") }
      guard bytes.count == count else { throw Sending.changed }
      return bytes
    }
  }

  private static var changed: Failure {
    Failure(.later, "", "it was changed while it was read")
  }

  private func close() {
    guard let handle else { return }
    drive.ask(Call.close(handle), { Deed($0) }) { [self] result in
      switch result {
      case .failure(let failure): abandon(failure)
      case .success(let deed):
        self.handle = nil
        if let failure = deed.failure("it cannot be closed") {
          return abandon(drive.service.caller.hide(failure))
        }
        verify(early) { [self] _ in
          guard parcel.isUnchanged() else { return abandon(Sending.changed) }
          examine { [self] isThere in
            if isThere { stepAside() } else { name(isReplacing: false) }
          }
        }
      }
    }
  }

  /// Goes on if a file of the right size is there.
  private func verify(_ path: Path, _ go: @escaping (Object) -> Void) {
    drive.look(path) { [self] result in
      do throws(Failure) {
        guard case .file(let object) = try result.get(), object.size == parcel.size else {
          throw Failure(.io, "", "what the server holds then is not what was sent")
        }
        go(object)
      } catch {
        abandon(error.kind == .absent ? Failure(.io, "", "the server has lost it") : error)
      }
    }
  }

  // MARK: Its name

  private func stepAside() {
    move(parcel.path, to: aside) { [self] failure in
      if let failure { return abandon(failure) }
      name(isReplacing: true)
    }
  }

  private func name(isReplacing: Bool) {
    move(early, to: parcel.path) { [self] failure in
      guard let failure else {
        isMade = false
        return finish(isReplacing: isReplacing)
      }
      if !isReplacing { return abandon(failure) }
      move(aside, to: parcel.path) { [self] trouble in
        guard let trouble else { return abandon(failure) }
        abandon(
          Failure(
            .io, "", "\(failure.reason); what was there is now \(aside), for \(trouble.reason)"))
      }
    }
  }

  /// Renames a file within its folder. An answer that was lost may hide that it is done.
  private func move(_ path: Path, to other: Path, _ go: @escaping (Failure?) -> Void) {
    let name = String(decoding: other.name.bytes, as: UTF8.self)
    drive.order(Call.rename(text(path), to: name), "it cannot be renamed") { [self] failure in
      guard let failure else { return go(nil) }
      drive.look(path) { [self] result in
        guard case .failure(let trouble) = result, trouble.kind == .absent else {
          return go(failure)
        }
        drive.look(other) { result in
          if case .success(.file) = result { go(nil) } else { go(failure) }
        }
      }
    }
  }

  private func finish(isReplacing: Bool) {
    verify(parcel.path) { [self] object in
      let receipt = Receipt(
        Fingerprint(size: object.size, mtime: object.stored), isConfirmed: false)
      if !isReplacing { return then(.success(receipt)) }
      drive.ask(Call.delete([text(aside)]), { Deed($0) }) { [self] result in
        if case .success(let deed) = result, deed.isDone { return then(.success(receipt)) }
        drive.log.warn(
          "the version before could not be removed", ["path": .text("\(aside)")])
        then(.success(receipt))
      }
    }
  }

  /// Gives up, and takes back what was begun.
  private func abandon(_ failure: Failure) {
    if let handle {
      self.handle = nil
      return drive.ask(Call.close(handle), { Deed($0) }) { [self] _ in abandon(failure) }
    }
    guard isMade else { return then(.failure(failure)) }
    drive.ask(Call.delete([text(early)]), { Deed($0) }) { [self] _ in then(.failure(failure)) }
  }
}
