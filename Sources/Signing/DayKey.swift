internal import Core
internal import Digests
internal import Values

/// The key that signs in one scope for one day: four codes are spent on making it.
struct DayKey {
  /// Days since 1970 in UTC.
  let day: Int64
  /// `20250115/eu-central-1/s3/aws4_request`.
  let scope: String
  let mac: MAC

  init(_ keys: Keys, _ scope: Scope, on day: Int64) throws(Failure) {
    self.day = day
    let stamp = Stamp(Timestamp(seconds: day * 86_400)).day
    self.scope = "\(stamp)/\(scope.region)/\(scope.service)/aws4_request"
    var key = keys.secret.reveal { Array("AWS4".utf8) + $0 }
    for part in [stamp, scope.region, scope.service, "aws4_request"] {
      key = try MAC.code(key: key, Array(part.utf8))
    }
    mac = try MAC(key: key)
  }

  static func day(of moment: Timestamp) -> Int64 {
    (moment.seconds - (moment.seconds < 0 ? 86_399 : 0)) / 86_400
  }
}

/// A moment to the second, as signatures write it.
struct Stamp {
  /// `20250115T123456Z`.
  let text: String
  /// `20250115`.
  var day: String { String(text.utf8.prefix(8)) ?? "" }

  init(_ moment: Timestamp) {
    let whole = Timestamp(seconds: moment.seconds)
    text = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.longest) { out in
      guard let base = out.baseAddress else { return "" }
      var length = 0
      for byte in out[..<whole.write(to: base)] {
        guard byte != UInt8(ascii: "-"), byte != UInt8(ascii: ":") else { continue }
        out[length] = byte
        length += 1
      }
      return String(decoding: out[..<length], as: UTF8.self)
    }
  }
}
