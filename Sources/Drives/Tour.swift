package import Core
package import Store

// How a drive is listed:
//
//   Tour        what is asked for: the listing of a store
//   Journey     goes from folder to folder in order, and asks for later ones meanwhile
//   Itinerary   which folders are gone to, and how many may wait
//   Stop        one folder: what it holds, sorted, spilled where it is much; Row, one line of that
//   Caller      requests of a drive: paced, tried again; Outage, when no more; Terms, how

/// The listing of a drive: its folders in byte order of path, looked at several at a time.
///
/// A folder is told whole or as a hole: what was told before its listing failed does not count. So
/// is one whose names make no sense. What a listing starts with must be there, or it fails.
package struct Tour {
  /// How many levels of folders drives are usually gone into.
  package static let depth = 25

  private let drive: any Drive
  private let wish: ListWish

  package init(_ drive: any Drive, _ wish: ListWish) {
    self.drive = drive
    self.wish = wish
  }

  package func run(_ each: @escaping (Listed) throws(Failure) -> Void) throws(Failure) {
    try Journey(drive, wish).run(each)
  }
}

extension Drive {
  package func list(
    _ wish: ListWish, _ each: @escaping (Listed) throws(Failure) -> Void
  ) throws(Failure) {
    try Tour(self, wish).run(each)
  }
}
