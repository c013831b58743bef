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
//   WebDAVDrive    a folder of a server as a store
//   Asking         what a folder holds or a file is; Multistatus, Href, what an answer says
//   Receiving      a file on its way here, over redirects
//   Sending        a file on its way there; Placing, how it gets its name;
//                  Parents, the folders above it
//   Login          as whom requests are made; Fault, what a status means

/// A folder of a server that speaks WebDAV.
package final class WebDAVDrive: Drive {
  package let location: Path
  package let loop: Loop
  package let abilities: Abilities
  let place: WebPlace
  let caller: Caller
  let login: Login
  let parents: Parents
  let log: Log
  var habits = Habits()

  /// What has been seen of how the server does things.
  struct Habits {
    /// Whether a file is moved to its name once it is there.
    var moves = true
    /// Whether it has moved one: then what it will not move is the matter of that file.
    var hasMoved = false
    /// Whether a move is made to depend on what is at its goal, if it says so.
    var guards: Bool?
    /// Whether a time that comes along with a file is kept.
    var keepsTimes: Bool?
    /// Whether a time can be set afterwards.
    var setsTimes: Bool?
  }

  /// How long a server may think about a folder before a byte comes, and how long all may take.
  static let patience = Span(nanoseconds: 300_000_000_000)
  static let longest = Span(nanoseconds: 7_200_000_000_000)

  package init(
    location: Path, _ place: WebPlace, _ identity: Login.Identity, _ loop: Loop,
    _ courier: Courier, _ terms: Caller.Terms, _ log: Log
  ) {
    self.location = location
    self.place = place
    self.loop = loop
    self.log = log
    caller = Caller(loop, courier, terms, log)
    login = Login(identity)
    parents = Parents()
    var abilities = Abilities()
    abilities.width = terms.width
    abilities.deletes = 100
    abilities.depth = 25
    abilities.makesFolders = true
    abilities.grain = 1_000_000_000
    abilities.readsBack = true
    self.abilities = abilities
  }

  package func list(
    folder: Path, refreshes: Bool, _ each: @escaping (Listed) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    let question = Asking.Question(path: folder, isFolder: true, refreshes: refreshes)
    Asking(self, question) { name, resource in
      guard let name else { return }
      WebDAVDrive.tell(name, resource, each)
    } _: {
      then($0)
    }.start()
  }

  private static func tell(
    _ name: [UInt8], _ resource: Resource, _ each: (Listed) -> Void
  ) {
    switch resource.kind {
    case .folder: (name + [Path.slash]).withUnsafeBytes { each(.folder($0)) }
    case .unknown(let failure): name.withUnsafeBytes { each(.hole($0, failure)) }
    case .file(let size):
      name.withUnsafeBytes { name in
        var view = Listed.View(path: name, size: size)
        view.stored = resource.stored
        view.etag = resource.etag
        view.md5 = resource.md5
        view.sha256 = resource.sha256
        each(.file(view))
      }
    }
  }

  package func stat(_ path: Path, _ then: @escaping (Result<Object, Failure>) -> Void) {
    look(path) { result in
      switch result {
      case .failure(let failure): then(.failure(failure))
      case .success(nil): then(.failure(Failure(.refused, "", "it is a folder")))
      case .success(let object?): then(.success(object))
      }
    }
  }

  /// Looks at one place; nil for a folder.
  func look(_ path: Path, _ then: @escaping (Result<Object?, Failure>) -> Void) {
    var seen: Resource.Kind?
    var object: Object?
    let question = Asking.Question(path: path, isFolder: false, refreshes: false)
    Asking(self, question) { name, resource in
      if name != nil { return }
      (seen, object) = (resource.kind, resource.object)
    } _: { result in
      switch (result, seen) {
      case (.failure(let failure), _): then(.failure(failure))
      case (.success, .unknown(let failure)?): then(.failure(failure))
      case (.success, _): then(.success(object))
      }
    }.start()
  }

  package func get(_ pickup: Pickup, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    Receiving(self, pickup, then).start()
  }

  package func put(_ parcel: Parcel, _ then: @escaping (Result<Receipt, Failure>) -> Void) {
    Sending(self, parcel, then).start()
  }

  package func sweep(before moment: Timestamp) throws(Failure) -> Int {
    try sweepLeavings(before: moment) { path, place, then in
      guard let place else { return discard(path, then) }
      move(path, to: place) { result in
        switch result {
        case .success(.done): then(nil)
        case .success: then(Sending.appeared)
        case .failure(let failure): then(failure)
        }
      }
    }
  }

  // MARK: Removing

  package func delete(_ paths: [Path], _ then: @escaping ([Failure?]) -> Void) {
    sift(paths) { [self] places, failures in
      var answers = failures
      var left = places.count
      if left == 0 { return then(answers) }
      for place in places {
        discard(paths[place]) { failure in
          answers[place] = failure
          left -= 1
          if left == 0 { then(answers) }
        }
      }
    }
  }

  /// Removes what is known to be a file.
  func discard(_ path: Path, _ then: @escaping (Failure?) -> Void) {
    ask(.delete, path, accepting: [200, 202, 204, 404, 410]) { result in
      switch result {
      case .success: then(nil)
      case .failure(let failure): then(failure)
      }
    }
  }

  // MARK: Asking

  /// The address of a file, or of a folder, whose address ends in a slash.
  func url(_ path: Path, isFolder: Bool = false) -> String {
    address(place.path.appending(path), isFolder: isFolder)
  }

  /// The same by the whole path on the server.
  func address(_ path: Path, isFolder: Bool) -> String {
    let text = Encoding.path(path)
    return "\(place.origin)/\(text)" + (isFolder && !text.isEmpty ? "/" : "")
  }

  /// Makes a request that has a small answer, whose status must be among these.
  func ask(
    _ method: Exchange.Method, _ path: Path, isFolder: Bool = false,
    headers: [(name: String, value: String)] = [], body: Exchange.Body = .none,
    accepting statuses: Set<Int>, _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    let url = url(path, isFolder: isFolder)
    send {
      Exchange(method, url, headers: headers, body: body, stall: WebDAVDrive.patience)
    } judge: {
      statuses.contains($0.status) ? .fine : nil
    } _: {
      then($0)
    }
  }

  /// Makes a request as whom we are; `judge` leaves to the table what it does not know.
  func send(
    _ make: @escaping () throws(Failure) -> Exchange,
    judge: @escaping (Answer) -> Caller.Verdict?,
    _ then: @escaping (Result<Answer, Failure>) -> Void
  ) {
    var pass: Login.Pass?
    caller.send { [login] () throws(Failure) in
      var exchange = try make()
      let path = exchange.url[Hop.origin(of: exchange.url).endIndex...]
      let header = try login.header(exchange.method, path)
      pass = header.pass
      exchange.headers += header.headers
      return exchange
    } judge: { [login] answer in
      judge(answer) ?? Fault.verdict(answer, login, pass)
    } _: {
      then($0)
    }
  }
}
