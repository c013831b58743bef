package import Core
package import Records
package import Stream
package import System
package import Values

/// Passes everything on, and tells media servers what outcomes say has changed in a library.
///
/// Servers are spoken to while records pass; nothing waits for them but the very end, and that not
/// for long.
package final class NoticeStage: Stage {
  private let tellers: [Teller]
  private let library: Path
  private var view: Head.View?
  /// Whether the library was seen to have a manifest.
  private var isNoted = false
  private let loop: Loop
  private let clock: () -> Int64
  private let isDryRun: Bool
  private var isDry = false
  private var seen = 0
  /// How many changes there were.
  package private(set) var changes = 0

  /// How long the end waits for servers.
  private static let patience: Int64 = 15_000_000_000

  /// The library is a folder, absolute.
  package init(
    _ servers: [MediaServer], library: Path, retries: Int, isDry: Bool, _ loop: Loop, _ log: Log,
    clock: @escaping () -> Int64
  ) {
    var tellers: [Teller] = []
    for server in servers {
      do throws(Failure) {
        tellers.append(try Teller(server, library, retries: retries, loop, log))
      } catch {
        log.warn("\(server.name): it will not be told of anything: \(error.message)")
      }
    }
    self.tellers = tellers
    self.library = library
    self.loop = loop
    self.clock = clock
    isDryRun = isDry
    self.isDry = isDry
  }

  package func begin(_ head: inout Head) throws(Failure) {
    if isDryRun { head.isDry = true }
    isDry = head.isDry
    view = head.view
  }

  package func take(_ record: Record, _ section: Section) throws(Failure) -> Bool {
    try section.forward(record)
    if let change = NoticeStage.change(record), let path = try place(record) {
      changes += 1
      if !isDry {
        let now = clock()
        for teller in tellers { teller.saw(change, path, at: now) }
      }
    }
    // An input that never makes us wait must not keep the servers waiting either.
    seen += 1
    if seen % 64 == 0 {
      tick()
      try loop.turn(mayWait: false)
    }
    // Passing on is all that it does with a record: each is its own.
    return true
  }

  package func end(_ ending: Ending, _ section: Section) throws(Failure) {
    for teller in tellers { teller.flush() }
  }

  private func tick() {
    let now = clock()
    for teller in tellers { teller.tick(at: now) }
  }

  /// Lets time pass until the file can be read, or we are told to stop.
  package func wait(for file: Int32, _ output: Output) throws(Failure) {
    var isReady = false
    loop.watch(file, .reading) { _ in isReady = true }
    defer { loop.forget(file) }
    while !isReady, !Interrupt.isRequested {
      tick()
      try output.flush()
      let timer = tellers.compactMap(\.due).min().map { loop.after($0 - clock()) {} }
      try loop.turn(mayWait: true)
      if let timer { loop.cancel(timer) }
    }
  }

  /// Tells what is left, and waits until the servers know, or too long.
  package func finish() throws(Failure) {
    for teller in tellers { teller.flush() }
    guard tellers.contains(where: \.isBusy) else { return }
    var isOver = false
    let timer = loop.after(NoticeStage.patience) { isOver = true }
    while !isOver, tellers.contains(where: \.isBusy) { try loop.turn(mayWait: true) }
    loop.cancel(timer)
    for teller in tellers { teller.abandon() }
  }
}

// MARK: What is a change

extension NoticeStage {
  /// What an outcome did to a file of the library; nil if nothing.
  package static func change(_ record: Record) -> Change? {
    guard record.kind == .outcome, !record.isFailed else { return nil }
    if record.holds(.did, "delete") { return .deleted }
    guard record.holds(.did, "write") || record.holds(.did, "copy") else { return nil }
    let isKnown = record.has(.was) || record.has(.why) && !record.holds(.why, "new")
    return isKnown ? .modified : .created
  }

  /// The file below the library; nil where the record names none that may be there.
  private func place(_ record: Record) throws(Failure) -> Path? {
    if let target = try record.name(.target) { return target.objection == nil ? target : nil }
    guard let path = record.path.map({ Path($0) }), path.objection == nil else { return nil }
    // What is told of an event as a whole names its source, and what was made of that follows by
    // itself.
    if view == .events, path.isFolder || !record.holds(.did, "copy"), hasManifest() { return nil }
    return path
  }

  private func hasManifest() -> Bool {
    if isNoted { return true }
    do throws(Failure) {
      let folder = try Folder.open(library.appending(".s4l"))
      if case .success = folder.look(Path(text: "manifest")) { isNoted = true }
    } catch {
      // A folder that cannot be looked at is no library that anybody has noted anything of.
      return false
    }
    return isNoted
  }
}
