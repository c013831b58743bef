internal import Core
package import Objects
internal import Signing
internal import Values

/// Where a bucket answers, and how its keys become the path of a request.
package struct Address: Equatable, Sendable {
  /// Whether the bucket is part of the path or of the host's name.
  package enum Style: String, CaseIterable, Sendable { case auto, path, virtual }

  /// `https://host:port`, the beginning of every URL.
  package let origin: String
  /// What the header `Host` says.
  package let host: String
  /// What stands before a key, already encoded: the endpoint's own path, then the bucket.
  private let stem: String
  package let isEncrypted: Bool

  /// The path of a request for a key, as it is sent and signed; of the bucket itself without one.
  func path(_ key: [UInt8]?) -> String {
    guard let key else { return stem.isEmpty ? "/" : stem }
    return stem + "/" + Encoding.path(Path(key))
  }

  /// A bucket of an endpoint.
  package init(
    bucket: String, endpoint: Endpoint, style: Style, prefersPath: Bool
  ) {
    isEncrypted = endpoint.isEncrypted
    let isVirtual =
      switch style {
      case .path: false
      case .virtual: Address.isSafe(bucket)
      case .auto: !prefersPath && Address.isHostName(bucket, encrypted: endpoint.isEncrypted)
      }
    host = isVirtual ? "\(bucket).\(endpoint.host)" : endpoint.host
    origin = (endpoint.isEncrypted ? "https://" : "http://") + host
    let bucketPath = isVirtual ? "" : "/" + Encoding.path(Path(text: bucket))
    stem = endpoint.path + bucketPath
  }

  /// Whether a bucket before a host leaves the host what it is.
  private static func isSafe(_ bucket: String) -> Bool {
    bucket.utf8.allSatisfy { byte in
      byte >= 97 && byte <= 122 || byte >= 65 && byte <= 90 || byte >= 48 && byte <= 57
        || "-._".utf8.contains(byte)
    }
  }

  /// Whether a bucket can stand in a host's name. Certificates hold for one level only, so with
  /// encryption it must not have a dot.
  private static func isHostName(_ bucket: String, encrypted: Bool) -> Bool {
    let bytes = Array(bucket.utf8)
    guard (3...63).contains(bytes.count), bytes.first != 45, bytes.last != 45 else { return false }
    return bytes.allSatisfy { byte in
      byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57 || byte == 45
        || byte == 46 && !encrypted
    }
  }
}

extension Endpoint {
  /// Amazon's own in a region.
  package static func amazon(_ region: String, isDual: Bool, isFederal: Bool) -> Endpoint {
    let service = isFederal ? "s3-fips" : "s3"
    let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    let place = isDual ? "dualstack.\(region)" : region
    return Endpoint(isEncrypted: true, host: "\(service).\(place).\(domain)")
  }
}
