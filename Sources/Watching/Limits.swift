internal import Core
internal import System

/// What is said when the system allows no more watches.
enum Limits {
  static func failure(_ error: SystemError, _ watched: Int) -> Failure {
    error.isOutOfWatches
      ? tooFew("fs.inotify.max_user_watches", Notices.limit("max_user_watches"), watched)
      : tooFew("fs.inotify.max_user_instances", Notices.limit("max_user_instances"), nil)
  }

  /// The message that names the limit and a value that is likely to be enough.
  static func tooFew(_ name: String, _ limit: Int?, _ watched: Int?) -> Failure {
    let now = limit.map { " is \($0), which" } ?? " allows what"
    let met = watched.map { " after \($0) folders were watched here" } ?? ""
    var better = watched == nil ? 512 : 524_288
    while better < 2 * max(limit ?? 0, watched ?? 0) { better *= 2 }
    return Failure(
      .later, name, "it\(now) is used up\(met); as root, run: sysctl \(name)=\(better)")
  }
}
