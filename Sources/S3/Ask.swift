package import Core
internal import HTTP
package import Signing
internal import Values

/// One request to a bucket, before it is signed: so it can be made again.
struct Ask {
  var method: Exchange.Method
  var errand: Errand
  /// Nil for the bucket itself.
  var key: [UInt8]?
  var query: [(name: String, value: String)] = []
  var headers: [(name: String, value: String)] = []
  var body = Exchange.Body.none
  var payload = Payload.empty
  var sink = Exchange.Sink.memory(most: 1 << 20)
  /// How many bytes of an answer go into a file at most.
  var most = Int.max
  var opening: ((Answer) -> Bool)?
  /// How long no byte may move; nil is as ever.
  var stall: Span?
  /// Statuses beside 2xx that are an answer and no failure.
  var accepts: Set<Int> = []
  /// The bytes that will go out or come in, for whoever paces them.
  var weight = 0

  init(_ method: Exchange.Method, _ errand: Errand, _ key: [UInt8]?) {
    self.method = method
    self.errand = errand
    self.key = key
  }
}

/// Why a request has no answer that is of use, after all tries.
struct Refusal: Error {
  /// How the store's reply is judged; nil if there was none.
  var fault: Fault?
  var failure: Failure
  var status = 0
  var attempts = 1

  init(_ failure: Failure) {
    self.failure = failure
  }

  init(_ fault: Fault, status: Int) {
    self.fault = fault
    self.status = status
    failure = fault.failure("")
  }

  init(_ trouble: Trouble) {
    failure = trouble.failure("")
  }

  func fits(_ kinds: Fault.Class...) -> Bool {
    fault.map { kinds.contains($0.class) } ?? false
  }
}

/// Where the keys come from that requests are signed with.
package protocol Keyring: AnyObject {
  /// The keys, if they are at hand and good for a while.
  var current: Keys? { get }
  /// Fetches them; nil are those of somebody who has none and signs nothing.
  func fetch(_ then: @escaping (Result<Keys?, Failure>) -> Void)
  /// The store has refused them as too old.
  func invalidate()
}
