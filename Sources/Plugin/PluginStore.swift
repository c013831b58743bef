package import Core
internal import Records
package import Store
package import System
package import Values

/// A store of a scheme that s4l does not know: the program `s4l-store-SCHEME` knows it.
///
/// What is asked and answered is told in s4l-store(7). Contents pass as files of a private folder,
/// so that no bytes have to be packed into lines, and so that what a plugin reads cannot change
/// meanwhile.
package final class PluginStore: Store {
  package let location: Path
  package let loop: Loop
  package let abilities: Abilities
  let conversation: Conversation
  let chamber: Chamber
  private var numbers = 0

  /// Opens `SCHEME://REST`: finds the program, runs it, and waits for its hello.
  package init(
    scheme: String, _ rest: Path, _ loop: Loop, _ tools: Tools,
    _ environment: Environment = .current()
  ) throws(Failure) {
    let name = Path(Array("\(scheme)://".utf8) + rest.bytes)
    location = rest.isEmpty ? name : name.trimmed
    self.loop = loop
    let program: Path
    switch tools.find("store-\(scheme)") {
    case .runnable(let found): program = found
    case .blocked(let found): throw Failure(.unavailable, "\(found)", "it may not be run")
    case .absent:
      throw Failure(
        .unavailable, "\(name)",
        "s4l knows no stores of this kind, and there is no s4l-store-\(scheme) in PATH")
    }
    chamber = try Chamber(environment)
    conversation = try Conversation("s4l-store-\(scheme)", program, loop)
    abilities = try conversation.greet(rest, chamber.path)
  }

  /// Ends the program and removes what passed through. It is done when the store goes, too; but
  /// whoever waits for an answer that never came may hold it.
  package func close() {
    conversation.close()
    chamber.remove()
  }

  // MARK: Questions

  package func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    var result: Result<Void, Failure>?
    conversation.ask("list") { message in
      if wish.isFlat { message.add("flat", true) }
      if wish.isDetailed { message.add("detailed", true) }
      if !wish.start.isEmpty { message.add("start", name: wish.start) }
    } _: { heard in
      if case .failure = result { return }
      do throws(Failure) {
        switch heard {
        case .record(let record): try PluginStore.tell(record, wish, each)
        case .done: result = .success(())
        case .failed(let failure): throw failure
        }
      } catch {
        result = .failure(error)
      }
    }
    try loop.run { result != nil }
    if let result { try result.get() }
  }

  private static func tell(
    _ record: Record, _ wish: ListWish, _ each: (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    guard let path = record.path else { return }
    if record.kind == .hole {
      try each(.hole(path, try record.told()))
    } else if wish.isFlat, path.last == Path.slash {
      try each(.folder(path))
    } else {
      try record.view { (view) throws(Failure) in try each(.file(view)) }
    }
  }

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    if let objection = objection(to: path) { return later(.failure(objection), then) }
    conversation.ask("stat") {
      $0.add(.path, name: path)
    } _: { [weak self] heard in
      self?.answer(heard, then) { $0 }
    }
  }

  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    if let objection = objection(to: parcel.path) { return later(.failure(objection), then) }
    if case .anything = parcel.condition { return pack(parcel, then) }
    if abilities.heedsConditions { return pack(parcel, then) }
    // The program cannot make sure, so a look just before has to do.
    stat(parcel.path) { [weak self] found in
      if let objection = parcel.condition.objection(to: found) {
        then(.failure(objection))
      } else {
        self?.pack(parcel, then)
      }
    }
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    if let objection = objection(to: pickup.path) { return later(.failure(objection), then) }
    let file = newName()
    conversation.ask("get") { message in
      message.add(.path, name: pickup.path)
      message.add("file", name: chamber.path.appending(file))
    } _: { [weak self] heard in
      self?.arrived(file, heard, pickup, then)
    }
  }

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    var failures = [Failure?](repeating: nil, count: paths.count)
    var rest = paths.count
    func settle(_ place: Int, _ failure: Failure?) {
      failures[place] = failure?.kind == .absent ? nil : failure
      rest -= 1
      if rest == 0 { then(failures) }
    }
    if paths.isEmpty { loop.after(0) { then([]) } }
    for (place, path) in paths.enumerated() {
      if let objection = objection(to: path) {
        loop.after(0) { settle(place, objection) }
        continue
      }
      conversation.ask("delete") {
        $0.add(.path, name: path)
      } _: { heard in
        switch heard {
        case .record: break
        case .done: settle(place, nil)
        case .failed(let failure): settle(place, failure)
        }
      }
    }
  }

  // MARK: Answers

  /// Hands on the last word about one file. One that lacks what it must have is the end of all.
  func answer<Answer>(
    _ heard: Conversation.Heard, _ then: (Result<Answer, Failure>) -> Void,
    _ body: (Object) throws(Failure) -> Answer
  ) {
    switch heard {
    case .record: conversation.fail(.data, "it lists where nobody asked for a list")
    case .failed(let failure): then(.failure(failure))
    case .done(let record):
      let object: Object?
      do throws(Failure) { object = try record.object() } catch { object = nil }
      guard let object else {
        then(.failure(Failure(.data, "", "the answer of \(conversation.name) makes no sense")))
        return conversation.fail(.data, "an answer tells no size, or tells it wrongly")
      }
      then(Result { () throws(Failure) in try body(object) })
    }
  }

  func later<Answer>(
    _ answer: Result<Answer, Failure>, _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    loop.after(0) { then(answer) }
  }

  func newName() -> String {
    numbers += 1
    return "\(numbers)"
  }

  /// Why a path is not even asked for.
  private func objection(to path: Path) -> Failure? {
    if let objection = path.objection { return Failure(.refused, "", objection) }
    if abilities.wantsText, String(validating: path.bytes, as: UTF8.self) == nil {
      return Failure(.refused, "", "the name is no UTF-8, which the store wants")
    }
    return nil
  }
}
