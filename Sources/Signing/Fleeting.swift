internal import Glibc

/// Headers that proxies and libraries set, change or drop on the way: a signature that covered
/// them would not hold.
enum Fleeting {
  private static let names: [StaticString] = [
    "accept-encoding", "authorization", "baggage", "connection", "expect", "keep-alive", "te",
    "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent",
    "x-amzn-trace-id",
  ]
  private static let start: StaticString = "proxy-"

  /// Whether a name, in lower case, is one of them.
  static func contains(_ name: UnsafeRawBufferPointer) -> Bool {
    if name.count >= start.utf8CodeUnitCount, begins(name, start) { return true }
    return names.contains { $0.utf8CodeUnitCount == name.count && begins(name, $0) }
  }

  private static func begins(_ name: UnsafeRawBufferPointer, _ start: StaticString) -> Bool {
    guard let base = name.baseAddress else { return false }
    return memcmp(base, start.utf8Start, start.utf8CodeUnitCount) == 0
  }
}
