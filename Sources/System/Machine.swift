internal import CLinux

/// What the machine lends a process.
package enum Machine {
  package static var processors: Int { Int(s4l_processors()) }

  /// Lets the process open as many files as it is allowed to: deep trees hold a folder a level.
  package static func raiseOpenFiles() { _ = s4l_raise_open_files() }
}
