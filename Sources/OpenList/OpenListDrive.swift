package import Core
package import Drives
package import HTTP
internal import Records
internal import Signing
package import Store
package import System
package import Values

// The map of this module:
//
//   OpenListDrive    a folder of a server as a store
//   Listing          one folder, page by page; Page, Item, what stands in an answer
//   Fetching         a file on its way here, over redirects; Hop, where one leads
//   Sending          a file on its way there; Removing
//   Session          as whom requests are made; Envelope, Fault, what an answer means

/// The drives behind a server of OpenList or AList, or what lies below a folder there.
package final class OpenListDrive: Drive {
  package let location: Path
  package let loop: Loop
  package let abilities: Abilities
  /// `http://host:port` with what stands before every path of the service.
  let address: String
  /// The folder, without a slash at its end: as the account sees it, which may not see the top.
  let root: Path
  let caller: Caller
  let session: Session
  let log: Log
  /// Whether folders may be looked at anew, as far as is known.
  var mayRefresh = true
  /// Where the account's own paths begin on the server, once that was asked.
  var base: Path?

  /// How much of a page is taken in: a file is told in a few hundred bytes.
  static let mostOfPage = 64 << 20
  /// How long an answer may take. When the server has just been started it lets everybody wait.
  static let patience = Span(nanoseconds: 300_000_000_000)

  package init(
    location: Path, address: String, root: Path, _ identity: Identity, _ loop: Loop,
    _ courier: Courier, _ terms: Caller.Terms, _ log: Log
  ) {
    self.location = location
    self.loop = loop
    self.log = log
    var bare = address[...]
    while bare.hasSuffix("/") { bare = bare.dropLast() }
    self.address = String(bare)
    self.root = Path([Path.slash]).appending(
      Path(root.parts.joined(separator: [Path.slash])))
    caller = Caller(loop, courier, terms, log)
    session = Session(identity, self.address, caller)
    var abilities = Abilities()
    abilities.width = terms.width
    abilities.deletes = 100
    abilities.depth = 25
    abilities.makesFolders = true
    abilities.grain = 1_000_000
    abilities.readsBack = true
    self.abilities = abilities
    caller.renew = { [weak session] in session?.prepare($0) }
  }

  package func list(
    folder: Path, refreshes: Bool, _ each: @escaping (Listed) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    Listing(self, folder, refreshes: refreshes, each, then).start()
  }

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    look(path) { then($0.map(\.object)) }
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    Fetching(self, pickup, then).start()
  }

  // MARK: Asking

  /// Makes a request of the service with the token of the session, and judges the answer.
  func ask(
    _ make: @escaping () throws(Failure) -> Exchange,
    unrefreshed: @escaping () -> Void = {},
    _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    session.prepare { [self] failure in
      if let failure { return later(failure, then) }
      var generation = 0
      caller.send { [self] () throws(Failure) in
        var exchange = try make()
        exchange.headers += try session.headers()
        generation = session.generation
        return exchange
      } judge: { [session] answer in
        switch Fault.meaning(answer) {
        case .fine:
          session.accepted(generation)
          return .fine
        case .passing(let failure, let isThrottled):
          return .again(failure, wish: Fault.wish(answer), isThrottled: isThrottled)
        case .unknown(let failure):
          let isOfUse = session.refused(generation, failure)
          return isOfUse ? .renewed(failure) : .failed(session.refusal ?? failure)
        case .unrefreshed:
          unrefreshed()
          return .failed(Failure(.refused, "", "refresh without permission"))
        case .failed(let failure): return .failed(failure)
        }
      } _: {
        then($0)
      }
    }
  }

  /// Calls one of the functions of the service by its name.
  func call(
    _ name: String, _ body: [UInt8], most: Int = 1 << 20, unrefreshed: @escaping () -> Void = {},
    _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    ask(
      { [address] () throws(Failure) in
        Exchange(
          .post, "\(address)/api/fs/\(name)", headers: [("Content-Type", "application/json")],
          body: .bytes(body), sink: .memory(most: most), timeout: OpenListDrive.patience)
      }, unrefreshed: unrefreshed, then)
  }

  func later<Answer>(
    _ failure: Failure, _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    loop.after(0) { then(.failure(failure)) }
  }

  /// A path as the service takes it.
  func text(_ path: Path) throws(Failure) -> String {
    guard let text = String(validating: root.appending(path).bytes, as: UTF8.self) else {
      throw Failure(.refused, "", "the name is no UTF-8, which the store wants")
    }
    return text
  }

  // MARK: One file

  /// A file as the service tells of it.
  struct Sight {
    var object = Object(size: 0)
    var sign: String?
    var link: String?
  }

  func look(_ path: Path, _ then: @escaping (Result<Sight, Failure>) -> Void) {
    let body: [UInt8]
    do throws(Failure) {
      if let objection = path.objection { throw Failure(.refused, "", objection) }
      body =
        JSON.object([.init("path", .text(try text(path))), .init("password", .text(""))]).bytes
    } catch {
      return later(error, then)
    }
    call("get", body) { result in
      then(
        Result { () throws(Failure) in
          try OpenListDrive.sight(try result.get())
        })
    }
  }

  private static func sight(_ answer: Answer) throws(Failure) -> Sight {
    var sight = Sight()
    var isFolder = false
    let reader = ItemReader()
    try Envelope.open(answer.body) { (walker) throws(Failure) in
      let item = try reader.read(&walker)
      guard let kind = item.isFolder else { throw Failure(.data, "", "it tells no kind") }
      isFolder = kind
      if kind { return }
      guard let size = item.size else { throw Failure(.data, "", "it tells no size") }
      func text(_ bytes: UnsafeRawBufferPointer?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
      }
      sight.object = Object(size: size)
      sight.object.mtime = item.modified
      sight.object.md5 = text(item.md5)
      sight.object.sha256 = text(item.sha256)
      sight.sign = text(item.sign)
      sight.object.sign = sight.sign
      sight.link = item.link
    }
    if isFolder { throw Failure(.refused, "", "it is a folder") }
    return sight
  }
}
