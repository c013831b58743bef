internal import Core
internal import Drives
internal import HTTP
internal import Records
internal import Store
internal import Values

/// How a file gets its name once it is there whole.
///
/// What is moved onto a folder would take its place, with all that is in it gone. So a move
/// replaces only the very version that was seen, where the server keeps to such a condition. With
/// all others what is there steps aside, is seen to be a file, and goes once the new one has its
/// name: at no moment does a move replace what nobody has looked at.
extension Sending {
  func place() {
    drive.look(parcel.path) { [self] result in
      switch result {
      case .success(nil): giveUp(Sending.inTheWay)
      case .success(let object?):
        if case .absent = parcel.condition { return giveUp(Sending.appeared) }
        replace(object)
      case .failure(let failure) where failure.kind == .absent: name()
      case .failure(let failure): giveUp(failure)
      }
    }
  }

  private static let inTheWay = Failure(
    .refused, "", "a folder stands where the file should be")

  /// Gives it its name, where there was nothing.
  private func name() {
    drive.move(draft, to: parcel.path) { [self] result in
      switch result {
      case .success(.done):
        drive.habits.hasMoved = true
        look()
      case .success(.refused): putBack(Sending.appeared)
      case .success(.unable) where aside == nil && !drive.habits.hasMoved: goDirectly()
      case .success(.unable): putBack(Sending.unmoved)
      case .failure(let failure): putBack(failure)
      }
    }
  }

  private static let unmoved = Failure(.unavailable, "", "the server does not move it")

  private func goDirectly() {
    drive.log.debug("the server moves no files, which are sent to their places from now on")
    drive.habits.moves = false
    drive.discard(draft) { [self] trouble in
      if let trouble { drive.log.warn("\(draft): a draft stays: \(trouble.reason)") }
      check { self.sendDirectly() }
    }
  }

  // MARK: Under a condition

  private func replace(_ object: Object) {
    guard let tag = object.etag, drive.habits.guards != false else { return stepAside() }
    if drive.habits.guards == true { return replace(object, tag) }
    // A condition that cannot be met shows whether the server knows of conditions at all.
    let other = Leaving.draft(for: parcel.path)
    drive.move(draft, to: other, onlyIf: Array("s4l".utf8)) { [self] result in
      switch result {
      case .success(.refused):
        drive.habits.guards = true
        replace(object, tag)
      case .success(let moved):
        if moved == .done { draft = other }
        drive.habits.guards = false
        stepAside()
      case .failure(let failure): giveUp(failure)
      }
    }
  }

  private func replace(_ object: Object, _ tag: [UInt8]) {
    drive.move(draft, to: parcel.path, onlyIf: tag, before: object) { [self] result in
      switch result {
      case .success(.done): look()
      case .success(.refused): wasRefused(object)
      case .success(.unable): goDirectly()
      case .failure(let failure): giveUp(failure)
      }
    }
  }

  /// A server that refuses what is as it was does not understand the condition.
  private func wasRefused(_ object: Object) {
    drive.look(parcel.path) { [self] result in
      let seen = Fingerprint(size: object.size, mtime: object.stored, etag: object.etag)
      switch result {
      case .success(nil): giveUp(Sending.inTheWay)
      case .success(let now?) where now.objection(against: seen) == nil:
        drive.habits.guards = false
        stepAside()
      case .success, .failure: giveUp(Sending.changed)
      }
    }
  }

  // MARK: Without one

  private func stepAside() {
    let aside = Leaving.aside(for: parcel.path)
    drive.move(parcel.path, to: aside) { [self] result in
      switch result {
      case .success(.done):
        self.aside = aside
        examine(aside)
      case .success(.refused): giveUp(Sending.changed)
      case .success(.unable): goDirectly()
      case .failure(let failure): giveUp(failure)
      }
    }
  }

  /// Goes on if what stepped aside is what may be replaced.
  private func examine(_ aside: Path) {
    drive.look(aside) { [self] result in
      switch result {
      case .failure(let failure): putBack(failure)
      case .success(nil): putBack(Sending.inTheWay)
      case .success(let object?):
        if let objection = parcel.condition.objection(to: .success(object)) {
          return putBack(objection)
        }
        name()
      }
    }
  }

  /// Gives up, once what stepped aside has its name again.
  private func putBack(_ failure: Failure) {
    guard let aside else { return giveUp(failure) }
    drive.move(aside, to: parcel.path) { [self] result in
      if case .success(.done) = result { return giveUp(failure) }
      giveUp(Failure(.io, "", "\(failure.reason); what was there is now \(aside)"))
    }
  }
}

extension WebDAVDrive {
  enum Moved {
    case done
    /// Something is at the goal, or not what has to be there.
    case refused
    /// The server moves nothing.
    case unable
  }

  /// Gives a file another name, under which there is nothing, or only this version of a file.
  func move(
    _ path: Path, to goal: Path, onlyIf tag: [UInt8]? = nil, before: Object? = nil,
    _ then: @escaping (Result<Moved, Failure>) -> Void
  ) {
    var headers = [(name: "Destination", value: url(goal))]
    headers.append(("Overwrite", before == nil ? "F" : "T"))
    if let tag { headers.append(("If", "<\(url(goal))> ([\(WebDAVDrive.quoted(tag))])")) }
    send { [url = url(path)] in
      Exchange(.move, url, headers: headers, stall: WebDAVDrive.patience)
    } judge: { answer in
      switch answer.status {
      case 200, 201, 204, 400, 403, 404, 405, 412, 415, 501, 502: .fine
      default: nil
      }
    } _: { [self] result in
      switch result.map(\.status) {
      case .failure(let failure): then(.failure(failure))
      case .success(200...299): then(.success(.done))
      // Perhaps it was moved by a request whose answer did not come, which was then made again.
      case .success(404):
        look(goal) { result in
          if case .success(let object) = result, before == nil || object != before {
            return then(.success(.done))
          }
          then(.failure(Failure(.later, "", "it is gone before it got its name")))
        }
      case .success(412):
        look(path) { result in
          if case .failure(let failure) = result, failure.kind == .absent {
            return then(.success(.done))
          }
          then(.success(.refused))
        }
      case .success: then(.success(.unable))
      }
    }
  }

  /// A tag as it is sent: with its quotes, which stand behind the mark of a weak one.
  private static func quoted(_ tag: [UInt8]) -> String {
    let text = String(decoding: tag, as: UTF8.self)
    return text.hasPrefix("W/") ? "W/\"\(text.dropFirst(2))\"" : "\"\(text)\""
  }
}
