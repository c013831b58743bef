internal import CLinux
package import Core
internal import Glibc

/// Tells whoever started us as a service how we are: systemd, or anything that does as it does.
///
/// A message is a datagram to the socket that NOTIFY_SOCKET names. Without one nobody asks.
package struct Herald {
  private let socket: String?
  /// How often it wants to hear that we are alive, in nanoseconds; nil for never.
  package let interval: Int64?

  package init(_ environment: Environment) {
    socket = environment["NOTIFY_SOCKET"]
    let ours = environment["WATCHDOG_PID"].flatMap { Int32($0) } ?? getpid()
    let most = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
    // Twice as often as it must be, as is asked for.
    interval = ours == getpid() ? most.map { $0 * 500 } : nil
  }

  package func isReady() { tell("READY=1") }
  package func reloads() { tell("RELOADING=1") }
  package func stops() { tell("STOPPING=1") }
  /// Another follows: where nobody takes this one off, it does not wait for that.
  package func isAlive() { tell("WATCHDOG=1", mayWait: false) }
  package func says(_ words: String) { tell("STATUS=" + words) }

  private func tell(_ message: String, mayWait: Bool = true) {
    guard let socket else { return }
    var name = Array(socket.utf8)
    // One that begins so has no place in the file system.
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let file = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    if file < 0 { return }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let bytes = Array(message.utf8)
    let flags = Int32(MSG_NOSIGNAL) | (mayWait ? 0 : Int32(MSG_DONTWAIT))
    withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        // Nobody is lost without it: who does not hear of us asks.
        _ = sendto(file, bytes, bytes.count, flags, address, length)
      }
    }
    _ = close(file)
  }
}
