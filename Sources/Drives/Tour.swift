package import Core
package import Store

/// The listing of a drive: its folders in byte order of path, looked at several at a time.
package struct Tour {
  private let drive: any Drive
  private let wish: ListWish

  package init(_ drive: any Drive, _ wish: ListWish) {
    self.drive = drive
    self.wish = wish
  }

  package func run(_ each: @escaping (Listed) throws(Failure) -> Void) throws(Failure) {
    throw Failure(.unavailable, "\(drive.location)", "drives cannot be listed yet")
  }
}

extension Drive {
  package func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    try Tour(self, wish).run(each)
  }
}
