internal import CLinux
internal import Glibc

/// What the machine lends a process.
package enum Machine {
  package static var processors: Int { Int(s4l_processors()) }

  /// The permissions that files made by this process do not get; asked before there are threads.
  package static var permissionMask: UInt32 {
    let mask = umask(0o077)
    umask(mask)
    return mask
  }

  /// Lets the process open as many files as it is allowed to: deep trees hold a folder a level.
  package static func raiseOpenFiles() { _ = s4l_raise_open_files() }
}
