internal import CPq
internal import Core

/// The library behind it all.
enum Library {
  private static let name = "libpq.so.5"

  /// Why the library cannot be used, found out once; nil if it can.
  private static let objection: String? = s4l_pq_open(name).map { String(cString: $0) }

  /// Opens the library unless that was done before.
  static func open() throws(Failure) {
    if let objection {
      throw Failure(.unavailable, name, "\(objection): apt-get install libpq5")
    }
  }
}
