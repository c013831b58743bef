internal import Core

/// Where a bucket is, as far as that is known: a store may say that it is in another region.
package final class Site {
  let name: String
  /// How messages call the bucket.
  let bucket: String
  private let locate: (String) -> Address
  private(set) var region: String
  private(set) var address: Address
  private var hasMoved = false

  /// `locate` tells the address of the bucket in a region.
  package init(
    bucket: String, region: String, _ locate: @escaping (String) -> Address
  ) {
    name = bucket
    self.bucket = "s3://\(bucket)"
    self.region = region
    self.locate = locate
    address = locate(region)
  }

  /// Goes to the region that the store names in answer to a request to `used`; false if it has gone
  /// elsewhere before.
  ///
  /// The new address is computed here. One that comes in an answer is never taken, so no server
  /// can send what we sign to somebody else.
  func move(to told: String?, from used: String, _ log: Log) -> Bool {
    guard let told, !told.isEmpty else { return false }
    // Others that were under way meanwhile are refused for the old place, and follow.
    if told == region { return used != region }
    let isPlain = told.utf8.allSatisfy {
      $0 >= 97 && $0 <= 122 || $0 >= 48 && $0 <= 57 || $0 == 45
    }
    guard !hasMoved, isPlain else { return false }
    log.debug("the bucket is in the region \(told)")
    hasMoved = true
    region = told
    address = locate(told)
    return true
  }
}
