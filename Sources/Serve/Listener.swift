internal import CMicrohttpd
package import Core
internal import Glibc
internal import System

/// A socket that waits for others to connect.
package struct Listener: ~Copyable {
  /// As it was asked for, with the number of the port that it has been given.
  package let name: String
  package let address: HostAddress
  package let port: Int
  let socket: Descriptor

  /// Listens at `host:port`; a port of 0 is any that is free. An IPv6 address stands in brackets,
  /// and no host at all is every address of this machine.
  package init(_ place: String) throws(Failure) {
    guard let colon = place.lastIndex(of: ":"),
      let port = UInt16(place[place.index(after: colon)...])
    else { throw Failure(.config, place, "this must be host:port") }
    let written = place[..<colon]
    let isBracketed = written.hasPrefix("[") && written.hasSuffix("]")
    let host = isBracketed ? written.dropFirst().dropLast() : written
    guard isBracketed || !host.contains(":") else {
      throw Failure(.config, place, "an IPv6 address stands in brackets, as in [::1]:8321")
    }
    let opened = Descriptor(owning: try Listener.open(String(host), "\(port)", place))
    (address, self.port) = try Listener.address(of: opened.number, ofPeer: false, place)
    name = "\(written):\(self.port)"
    socket = opened
  }

  consuming func release() -> Int32 { socket.release() }

  private static func open(
    _ host: String, _ port: String, _ place: String
  ) throws(Failure) -> Int32 {
    let opened = s4l_serve_listen(host, port)
    let error = errno
    if opened >= 0 { return opened }
    if let words = s4l_serve_listen_error(opened) {
      throw Failure(.unavailable, place, "no such host: \(String(cString: words))")
    }
    throw Failure(error == EACCES ? .refused : .unavailable, place, Failure.words(error))
  }

  static func address(
    of socket: Int32, ofPeer: Bool, _ place: String
  ) throws(Failure) -> (HostAddress, port: Int) {
    var bytes = [UInt8](repeating: 0, count: 16)
    var port: UInt16 = 0
    let count = s4l_serve_address(socket, ofPeer ? 1 : 0, &bytes, &port)
    let error = errno
    guard count >= 0 else { throw Failure(errno: error, place) }
    guard let address = HostAddress(Array(bytes.prefix(Int(count)))) else {
      throw Failure(.unavailable, place, "it is reached by no IP address")
    }
    return (address, Int(port))
  }
}
