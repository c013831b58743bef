package import Core
package import HTTP
package import Signing
package import Values

/// One request to a bucket, before it is signed: so it can be made again.
package struct Ask {
  package var method: Exchange.Method
  package var errand: Errand
  /// Nil for the bucket itself.
  package var key: [UInt8]?
  package var query: [(name: String, value: String)] = []
  package var headers: [(name: String, value: String)] = []
  package var body = Exchange.Body.none
  package var payload = Payload.empty
  package var sink = Exchange.Sink.memory(most: 1 << 20)
  /// How many bytes of an answer go into a file at most.
  package var most = Int.max
  package var opening: ((Answer) -> Bool)?
  /// How long no byte may move; nil is as ever.
  package var stall: Span?
  /// Statuses beside 2xx that are an answer and no failure.
  package var accepts: Set<Int> = []
  /// The bytes that will go out or come in, for whoever paces them.
  package var weight = 0

  package init(_ method: Exchange.Method, _ errand: Errand, _ key: [UInt8]?) {
    self.method = method
    self.errand = errand
    self.key = key
  }

  /// The request to an address, which is that of its path; not signed yet.
  package func exchange(_ path: String) -> Exchange {
    let url = query.isEmpty ? path : path + "?" + Encoding.query(query)
    var exchange = Exchange(
      method, url, headers: headers, body: body, sink: sink, stall: stall, opening: opening)
    exchange.most = most
    return exchange
  }
}

/// Why a request has no answer that is of use, after all tries.
package struct Refusal: Error {
  /// How the store's reply is judged; nil if there was none.
  package var fault: Fault?
  package var failure: Failure
  package var status = 0
  package var attempts = 1

  package init(_ failure: Failure) {
    self.failure = failure
  }

  package init(_ fault: Fault, status: Int) {
    self.fault = fault
    self.status = status
    failure = fault.failure("")
  }

  package init(_ trouble: Trouble) {
    failure = trouble.failure("")
  }

  package func fits(_ kinds: Fault.Class...) -> Bool {
    fault.map { kinds.contains($0.class) } ?? false
  }
}
