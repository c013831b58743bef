package import Core
package import Store
internal import System
package import Values

/// Folders, as the server streams what they hold.
extension CloudDrive2 {
  package func list(
    folder: Path, refreshes: Bool, _ each: @escaping (Listed) -> Void,
    _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    let call: Call
    do throws(Failure) { call = Call.list(try text(folder), refreshes: refreshes) } catch {
      loop.after(0) { then(.failure(error)) }
      return
    }
    let shelf = Shelf(links)
    ask(call) {
      shelf.count = 0
      return { message in shelf.read(message, each) }
    } _: { [self] result in
      if case .success = result, shelf.count == 0, !root.appending(folder).parts.isEmpty {
        return confirm(folder, then)
      }
      then(result)
    }
  }

  /// A folder without anything is asked for by its name: that a file, or nothing at all, has no
  /// content is no reason to take it for an empty folder.
  private func confirm(
    _ folder: Path, _ then: @escaping (Result<Void, Failure>) -> Void
  ) {
    look(folder) { result in
      then(
        Result { () throws(Failure) in
          if case .file = try result.get() {
            throw Failure(.data, "", "it is a file, and not a folder")
          }
        })
    }
  }
}
