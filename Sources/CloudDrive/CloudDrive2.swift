package import Core
package import Drives
package import HTTP
package import Store
package import System
package import Values

// The map of this module:
//
//   CloudDrive2     a folder of a server as a store: listing, looking
//   Fetching        a file on its way here, over redirects
//   Sending         a file on its way there, under another name until it is whole; Removing
//   Links           the addresses under which contents are
//   Session         as whom calls are made
//   Switchboard         calls, and how they ended; Frames, Ending, Transport
//   Call, CloudFile, Replies   messages

/// The drives that a CloudDrive2 has mounted, or what lies below a folder there.
package final class CloudDrive2: Drive {
  package let location: Path
  package let loop: Loop
  package let abilities: Abilities
  /// The folder, without a slash at its end: `/` shows the clouds.
  let root: Path
  /// Addresses of contents, for others and for ourselves.
  let links: Links
  let own: Links
  /// Requests for contents.
  let files: Caller
  let session: Session
  let service: Switchboard
  let log: Log
  /// Whether the server knows the call that tells where a file can be fetched.
  var tellsAddresses = true

  package struct Site {
    /// Where the service answers, as in `http://host:port`.
    package var address: String
    /// The same as players reach it; nil if there is no difference.
    package var publicAddress: String?
    package var transport = Transport.web

    package init(_ address: String) { self.address = address }
  }

  /// `couriers` makes one for each purpose, since a connection to one and the same port speaks
  /// either HTTP/1.1 or 2.
  package init(
    location: Path, _ site: Site, root: Path, _ identity: Identity, _ loop: Loop,
    _ terms: Caller.Terms, _ log: Log, couriers: () throws(Failure) -> Courier
  ) throws(Failure) {
    self.location = location
    self.loop = loop
    self.log = log
    var bare = site.address[...]
    while bare.hasSuffix("/") { bare = bare.dropLast() }
    let address = String(bare)
    self.root = Path([Path.slash]).appending(Path(root.parts.joined(separator: [Path.slash])))
    own = Links(address)
    links = Links(site.publicAddress ?? address)
    files = Caller(loop, try couriers(), terms, log)
    service = Switchboard(
      address, site.transport, Caller(loop, try couriers(), terms, log))
    session = Session(identity, service)
    var abilities = Abilities()
    abilities.width = terms.width
    abilities.deletes = 50
    abilities.depth = 25
    abilities.makesFolders = true
    self.abilities = abilities
    service.caller.renew = { [session] in session.prepare($0) }
  }

  // MARK: Asking

  /// A path as the service takes it: whole and in UTF-8.
  func text(_ path: Path) throws(Failure) -> String {
    guard let text = String(validating: root.appending(path).bytes, as: UTF8.self) else {
      throw Failure(.refused, "", "the name is no UTF-8, which the store wants")
    }
    return text
  }

  /// Makes a call as whoever we are.
  func ask(
    _ call: Call, reading: @escaping () -> Switchboard.Reading,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    // Whoever asks is never answered before he has asked.
    session.prepare { [self] failure in
      if let failure {
        loop.after(0) { then(.failure(failure)) }
        return
      }
      var generation = 0
      service.call(call) { [session] () throws(Failure) in
        generation = session.generation
        return try session.headers()
      } meaning: { [session] ending in
        let verdict = ending.verdict
        guard case .renewed(let failure) = verdict else {
          session.accepted(generation)
          return verdict
        }
        return session.refused(generation, failure)
      } reading: {
        reading()
      } _: {
        then($0)
      }
    }
  }

  /// Makes a call that is answered by one message, and reads it.
  func ask<Reply>(
    _ call: Call, _ read: @escaping (UnsafeRawBufferPointer) -> Reply?,
    _ then: @escaping (Result<Reply, Failure>) -> Void
  ) {
    var reply: Reply?
    ask(call) {
      reply = nil
      return { message in
        guard reply == nil, let read = read(message) else {
          return Failure(.data, "", "the answer is no message of the service")
        }
        reply = read
        return nil
      }
    } _: { result in
      then(
        Result { () throws(Failure) in
          try result.get()
          guard let reply else { throw Failure(.data, "", "the server gives no answer") }
          return reply
        })
    }
  }

  /// Makes a call that is to change something; tells why that was not done.
  func order(
    _ call: Call, _ what: String,
    _ read: @escaping (UnsafeRawBufferPointer) -> Deed? = { Deed($0) },
    _ then: @escaping (Failure?) -> Void
  ) {
    ask(call, read) { [service] result in
      switch result {
      case .success(let deed): then(deed.failure(what).map(service.caller.hide))
      case .failure(let failure): then(failure)
      }
    }
  }

  /// What is at a path.
  enum Sight {
    case file(Object)
    case folder
  }

  /// Looks at what a path names; the path may be that of a folder of ours, or empty.
  func look(_ path: Path, _ then: @escaping (Result<Sight, Failure>) -> Void) {
    do throws(Failure) { look(atWhole: try text(path), then) } catch {
      loop.after(0) { then(.failure(error)) }
    }
  }

  /// Looks at what a path names that begins at the top of the server.
  func look(atWhole path: String, _ then: @escaping (Result<Sight, Failure>) -> Void) {
    ask(Call.find(path)) { message -> Sight?? in
      guard let file = CloudFile(message) else { return nil }
      switch file.kind {
      case .folder: return .some(.folder)
      case .file: return .some(.file(CloudDrive2.object(file)))
      case .other: return .some(nil)
      }
    } _: { result in
      then(
        Result { () throws(Failure) in
          guard let sight = try result.get() else {
            throw Failure(.refused, "", "it is neither a file nor a folder")
          }
          return sight
        })
    }
  }

  private static func object(_ file: CloudFile) -> Object {
    var object = Object(size: file.size)
    object.stored = file.changed
    object.md5 = file.md5.map { String(decoding: $0, as: UTF8.self).lowercased() }
    return object
  }

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    if let objection = path.objection {
      loop.after(0) { then(.failure(Failure(.refused, "", objection))) }
      return
    }
    look(path) { result in
      then(
        Result { () throws(Failure) in
          switch try result.get() {
          case .file(let object): return object
          case .folder: throw Failure(.refused, "", "it is a folder")
          }
        })
    }
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    Fetching(self, pickup, then).start()
  }
}
