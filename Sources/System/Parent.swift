internal import CLinux
internal import Glibc

/// Ties the life of a process to that of the one that started it.
///
/// Why not by a pipe that breaks: a stage that waits for something else, as a watcher waits for
/// files, would notice only with the next record.
package enum Parent {
  private static let variable = "S4L_PARENT"

  /// What tells a child of ours to end as if asked to, as soon as we are no more. Its own children
  /// do not see it.
  package static var mark: (name: String, value: String) { (variable, "\(getpid())") }

  /// Heeds the mark, if this process was started with one: to be done before there are threads.
  package static func follow() { s4l_end_with_parent(variable) }
}
