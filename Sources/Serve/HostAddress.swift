internal import Glibc

/// The address of a host: IPv4 or IPv6, one that is mapped into the other counting as what it is.
package struct HostAddress: Hashable, Sendable, CustomStringConvertible {
  /// Four bytes or sixteen.
  package let bytes: [UInt8]

  private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

  init?(_ bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    let isMapped = bytes.count == 16 && bytes.starts(with: HostAddress.mapped)
    self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
  }

  /// `192.0.2.7` or `2001:db8::7`.
  package init?(text: String) {
    let isLong = text.utf8.contains(UInt8(ascii: ":"))
    var bytes = [UInt8](repeating: 0, count: isLong ? 16 : 4)
    guard !text.utf8.contains(0), inet_pton(isLong ? AF_INET6 : AF_INET, text, &bytes) == 1 else {
      return nil
    }
    self.init(bytes)
  }

  /// Whether only programs of this machine can have it.
  package var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
  }

  package var description: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      let family = bytes.count == 4 ? AF_INET : AF_INET6
      guard let start = text.baseAddress,
        inet_ntop(family, bytes, start, socklen_t(text.count)) != nil
      else { return "" }
      return String(cString: start)
    }
  }
}

/// Hosts whose addresses begin alike: `192.0.2.0/24`, `2001:db8::/32`, or a single one.
package struct Network: Equatable, Sendable {
  private let start: HostAddress
  private let length: Int

  package init?(text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let start = HostAddress(text: String(parts[0])) else { return nil }
    let most = start.bytes.count * 8
    guard parts.count == 2 else {
      self.start = start
      length = most
      return
    }
    guard let length = Int(parts[1]), (0...most).contains(length), !parts[1].hasPrefix("+") else {
      return nil
    }
    self.start = start
    self.length = length
  }

  package func contains(_ address: HostAddress) -> Bool {
    guard address.bytes.count == start.bytes.count else { return false }
    let whole = length / 8
    guard address.bytes.prefix(whole).elementsEqual(start.bytes.prefix(whole)) else { return false }
    let rest = length % 8
    return rest == 0 || (address.bytes[whole] ^ start.bytes[whole]) >> (8 - rest) == 0
  }
}
