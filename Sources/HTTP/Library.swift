internal import CCurl
internal import Core

/// The library behind it all.
enum Library {
  private static let name = "libcurl.so.4"

  /// Why the library cannot be used, found out once; nil if it can.
  private static let objection: String? = s4l_curl_open(name).map { String(cString: $0) }

  /// Opens the library unless that was done before.
  static func open() throws(Failure) {
    if let objection { throw missing(name, objection) }
  }

  static func missing(_ name: String, _ reason: String) -> Failure {
    Failure(.unavailable, name, "\(reason): apt-get install libcurl4")
  }
}
