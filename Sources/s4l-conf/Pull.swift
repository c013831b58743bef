internal import Collections
internal import Command
internal import Core
internal import Glibc
internal import PocketBase
internal import Records
internal import Settings
internal import System
internal import Values

/// Brings what the collections of a PocketBase say.
///
/// Nothing of it counts unless all of it is well: the server knew us until the end, each record
/// makes sense, and together with the file it is a configuration without a mistake. Otherwise the
/// copy of before stays.
struct Pull {
  let config: Path?
  let environment: Environment
  let log: Log
  /// Where the copy goes.
  let place: Path

  init(_ config: Path?, _ environment: Environment, _ log: Log) throws(Failure) {
    self.config = config
    self.environment = environment
    self.log = log
    guard let place = Resolution.copyPath(environment) else {
      throw Failure(.usage, "HOME", "it is not set: there is no place for a copy")
    }
    self.place = place
  }

  /// What is well of what a server says.
  struct Edition {
    let server: String
    let groups: [Configuration.Group]
    /// Together with the file.
    let whole: Configuration

    var text: String { Configuration.copy(of: groups, from: server, at: Clock.now().text) }
  }

  /// Something to say of what a server says.
  struct Remark: Equatable {
    let level: Log.Level
    let text: String
  }

  /// The file, without any copy: who repairs that must not need it.
  func own() throws(Failure) -> Resolution {
    try Resolution.load(config, environment, alone: true)
  }

  /// The server that the file names. What else is wrong with the file may be put right by what the
  /// server says: that is seen of both together.
  func hub(_ own: Resolution) throws(Failure) -> Hub {
    let errors = own.errors.filter { $0.key.isEmpty || $0.key.hasPrefix("pocketbase") }
    for error in errors { log.error(error.description) }
    if !errors.isEmpty { throw Failure(.config, own.file ?? "", "no server can be asked") }
    guard let hub = try Hub(own.configuration) else {
      throw Failure(.config, "pocketbase.url", "it is not set: there is no server to ask")
    }
    if own.takesNoCopy {
      throw Failure(.config, "pocketbase.read_config", "it is false: what is there does not count")
    }
    return hub
  }

  /// The copy that is kept, if it is of this server.
  func kept(_ server: String) throws(Failure) -> Distant? {
    guard let copy = try Resolution.copy(at: place), copy.server == server else { return nil }
    return copy
  }

  /// When the copy that is kept was last what this server says, in seconds since 1970.
  func lastGood(_ server: String) throws(Failure) -> Int64? {
    guard try kept(server) != nil else { return nil }
    let found = place.withCString { Inode.at(AT_FDCWD, $0, followsLinks: true) }
    guard case .success(let inode) = found else { return nil }
    return inode.mtime.seconds
  }

  func edition(
    _ client: Client, _ server: String, _ remarks: inout [Remark]
  ) throws(Failure) -> Edition {
    let volume = Volume(try client.read(Shelf.names))
    if volume.shelves.isEmpty {
      let names = Shelf.names.joined(separator: ", ")
      throw Failure(.absent, server, "it has none of the collections \(names)")
    }
    try miss(volume, try kept(server)?.groups ?? [], server)
    let own = try own()
    let distant = volume.distant(below: own.bounds)
    let whole = own.adding(distant, environment)
    remarks += volume.remarks.map { Remark(level: .warn, text: "pocketbase: \($0)") }
    var errors = volume.objections.map { "pocketbase: \($0)" }
    for problem in whole.problems {
      if problem.gravity == .error {
        errors.append(problem.description)
      } else if problem.origin == .pocketbase {
        remarks.append(Remark(level: .warn, text: problem.description))
      }
    }
    errors += Timing.objections(whole.configuration, environment)
    remarks += errors.map { Remark(level: .error, text: $0) }
    if !errors.isEmpty {
      let count = errors.count == 1 ? "1 error" : "\(errors.count) errors"
      throw Failure(.config, server, "\(count); none of what it says counts")
    }
    return Edition(server: server, groups: distant.groups, whole: whole.configuration)
  }

  /// A collection that is gone is not one that is empty.
  private func miss(
    _ volume: Volume, _ kept: [Configuration.Group], _ server: String
  ) throws(Failure) {
    for group in kept {
      let shelf = Shelf(rawValue: group.section) ?? .config
      if volume.shelves.contains(shelf) { continue }
      throw Failure(
        .absent, server,
        "it has no collection \(shelf.rawValue) any more, of which the copy holds "
          + "something; if nothing of it is to count, let it be there, and empty")
    }
  }

  /// Puts it in the place of the copy; false if it says the same.
  func keep(_ edition: Edition) throws(Failure) -> Bool {
    if let old = try kept(edition.server), old.errors.isEmpty,
      Configuration.differences(from: old.groups, to: edition.groups).isEmpty
    {
      // Its time says until when it is known to be what the server says.
      place.withCString { _ = utimensat(AT_FDCWD, $0, nil, 0) }
      return false
    }
    let text = edition.text
    if text.utf8.count > Resolution.longest {
      throw Failure(.data, edition.server, "what it says is more than anybody could read again")
    }
    try place.parent.makeFolders(mode: 0o700)
    try Draft.write(text, to: place, replacing: true)
    return true
  }

  /// A failure, with what it means.
  func told(_ failure: Failure) -> Failure {
    let stays: Bool
    do throws(Failure) { stays = try Resolution.copy(at: place) != nil } catch { stays = false }
    let words = stays ? "the last good copy stays" : "there is no copy of it yet"
    return Failure(failure.kind, failure.subject, "\(failure.reason); \(words)")
  }
}

/// Pulling once, and for as long as it may.
extension Conf {
  func pull(_ io: Standard) throws(Failure) -> Status {
    let pull = try Pull(config, surroundings(io), io.log)
    let hub = try pull.hub(try pull.own())
    if watches { return try Vigil(pull, hub, io.log).keep() }
    let client = try Client(hub, try Loop(), io.log)
    var remarks: [Pull.Remark] = []
    do throws(Failure) {
      let edition = try pull.edition(client, hub.url, &remarks)
      tell(remarks, io)
      remarks = []
      if isDry {
        let old = try pull.kept(hub.url)?.groups ?? []
        try write(Configuration.differences(from: old, to: edition.groups), io)
      } else if output != nil {
        try write(edition.text, io)
      } else {
        let isNew = try pull.keep(edition)
        io.log.info(isNew ? "there is a new copy" : "nothing has changed", ["from": "\(hub.url)"])
      }
      return .success
    } catch {
      tell(remarks, io)
      throw pull.told(error)
    }
  }

  func tell(_ remarks: [Pull.Remark], _ io: Standard) {
    for remark in remarks { io.log.say(remark.level, remark.text, [:]) }
  }

  func write(_ lines: [String], _ io: Standard) throws(Failure) {
    io.output.buffer.append(Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  /// The environment, with the server that was named for this run.
  func surroundings(_ io: Standard) -> Environment {
    server.map { io.environment.with("S4L_POCKETBASE_URL", $0) } ?? io.environment
  }
}
