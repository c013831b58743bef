package import Core
package import Digests
package import HTTP
internal import Records
package import Store
internal import System
package import Values

/// A store whose files are objects of a service that speaks HTTP: what its parts have in common.
package protocol ObjectStore: Store {
  var client: Client { get }
  var workshop: Workshop { get }
  /// What is to be known of a file that goes in one request.
  var algorithms: [Algorithm] { get }

  /// How an object is called in its bucket.
  func key(_ path: Path) -> [UInt8]

  /// The request by which a file is stored whole, but for its body.
  func putting(_ parcel: Parcel, _ digests: Workshop.Digested) -> Ask

  /// What a request for the bytes of an object has to say besides.
  func getting(_ pickup: Pickup) -> [(name: String, value: String)]

  /// The MD5 of the whole object in hexadecimal, if an answer tells one that can be trusted.
  func md5(_ answer: Answer, _ etag: String?, _ pickup: Pickup) -> String?

  /// Whether large objects too are held against that as a matter of course.
  var provesLarge: Bool { get }

  /// Whether requests tell a digest of what they carry, which the store has to check.
  var tellsDigests: Bool { get }
}

extension ObjectStore {
  package var provesLarge: Bool { false }
  package var tellsDigests: Bool { true }

  /// What all keys start with: nothing, or a name and a slash.
  package static func prefix(_ path: Path) -> [UInt8] {
    var rest = path.bytes[...]
    while rest.first == Path.slash { rest.removeFirst() }
    while rest.last == Path.slash { rest.removeLast() }
    return rest.isEmpty ? [] : rest + [Path.slash]
  }

  /// Why the place is not as it must be; nil if it is, as far as a look can tell.
  package func check(
    _ path: Path, _ condition: Parcel.Condition, _ then: @escaping (Failure?) -> Void
  ) {
    if case .anything = condition { return then(nil) }
    stat(path) { result in
      switch (result, condition) {
      case (.failure(let failure), .absent) where failure.kind == .absent: then(nil)
      case (.failure(let failure), .unchanged) where failure.kind == .absent:
        then(Failure(.later, "", "the target has gone since the plan was made"))
      case (.failure(let failure), _): then(failure)
      case (.success, .absent):
        then(Failure(.later, "", "the target has appeared since the plan was made"))
      case (.success(let object), .unchanged(let was)):
        let isSame =
          was.size ?? object.size == object.size && (was.etag == nil || was.etag == object.etag)
        then(
          isSame ? nil : Failure(.later, "", "the target has changed since the plan was made"))
      case (.success, .anything): then(nil)
      }
    }
  }
}

extension Refusal {
  /// The refusal in words that fit what was asked for.
  package func failure(_ condition: Parcel.Condition) -> Failure {
    switch condition {
    case .absent where fits(.precondition, .conflict):
      Failure(.later, "", "the target has appeared since the plan was made")
    case .unchanged where fits(.precondition, .conflict, .absent):
      Failure(.later, "", "the target has changed since the plan was made")
    case .anything, .absent, .unchanged: failure
    }
  }
}
