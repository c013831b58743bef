package import Core
package import HTTP
package import Signing
package import Values

/// How a service wants to be asked for objects, and what it means by its refusals.
package protocol Dialect: AnyObject {
  /// How messages call the bucket, and the host where it is.
  var bucket: String { get }
  var host: String { get }
  /// What requests are made with, if it is at hand; otherwise it is fetched.
  var standing: Standing? { get }
  func fetch(_ then: @escaping (Result<Standing, Failure>) -> Void)

  /// A request as it goes over the wire, signed.
  func exchange(
    _ ask: Ask, _ standing: Standing, at moment: Timestamp
  ) throws(Failure) -> Exchange

  func fault(
    _ answer: Answer, _ error: StoreError, for errand: Errand, _ standing: Standing
  ) -> Fault

  /// Puts right what stood in the way of a request: keys that have run out, or the wrong place.
  /// False if that cannot be.
  func mend(_ fault: Fault, _ standing: Standing, _ log: Log) -> Bool
}

/// With whose keys and for where a request is made.
package struct Standing {
  package var keys: Keys?
  package var region = ""

  package init(keys: Keys? = nil, region: String = "") {
    self.keys = keys
    self.region = region
  }
}

/// How much is asked of a service, and how fast.
package struct Measure: Sendable {
  /// How many requests may be under way at once.
  package var width = 32
  /// How often a request is made in all.
  package var attempts = 8
  /// Bytes a second.
  package var rate: Int?
  /// Requests a second.
  package var frequency: Double?

  package init() {}
}
