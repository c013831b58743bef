package import Core
package import Store
package import Values

/// A store whose folders are listed one at a time, each in whatever order it likes: a cloud drive,
/// a WebDAV server.
///
/// What it has to say is only what lies in one folder. `Tour` makes a listing of the whole of it,
/// in byte order, within bounds of memory and of requests.
package protocol Drive: Store {
  /// Tells what lies directly in a folder, then how that ended, on the thread of the loop and never
  /// before this has returned.
  ///
  /// A folder is named without a slash at its end; the root is empty. What it holds is told by
  /// names, not by paths: those of folders with a slash behind them. Success says that this is all
  /// of it. Whatever is not sure of that (a page too few, a stream that was cut off, an error in a
  /// reply of status 200) is a failure, of kind `absent` only where the drive says so in so many
  /// words. A name may come twice.
  func list(
    folder: Path, refreshes: Bool, _ each: @escaping (Listed) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void)
}
