internal import CLinux
internal import Glibc

/// What the machine lends a process.
package enum Machine {
  package static var processors: Int { Int(s4l_processors()) }

  /// The permissions that files made by this process do not get; asked before there are threads.
  package static let permissionMask: UInt32 = {
    let mask = umask(0o077)
    umask(mask)
    return mask
  }()

  /// Lets the process open as many files as it is allowed to: deep trees hold a folder a level.
  package static func raiseOpenFiles() { _ = s4l_raise_open_files() }
}

extension Machine {
  /// Bytes that nobody can guess.
  package static func random(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      // The system's source cannot fail for so few.
      filled = s4l_random(bytes.baseAddress, count) == 0 ? count : 0
    }
  }

  /// What the machine is called among others.
  package static var name: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Bytes that nobody can guess, asked of the system many at a time.
package final class Randomness {
  private var pool: [UInt8] = []

  package init() {}

  package func take(_ count: Int) -> [UInt8] {
    if pool.count < count { pool = Machine.random(max(count, Randomness.piece)) }
    defer { pool.removeLast(min(count, pool.count)) }
    return Array(pool.suffix(count))
  }

  private static let piece = 4_096
}
