/// What a signature speaks of, besides the body.
package struct Request {
  package var method: String
  /// As the `Host` header has it: with the port, unless it is the scheme's own.
  package var host: String
  /// The path as it is sent, percent-encoded.
  package var path: String
  /// Names and values before percent-encoding, in any order.
  package var query: [(name: String, value: String)]
  /// What is sent along, without `Host` and without what signing adds.
  package var headers: [(name: String, value: String)]

  package init(
    method: String, host: String, path: String, query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = []
  ) {
    self.method = method
    self.host = host
    self.path = path
    self.query = query
    self.headers = headers
  }
}
