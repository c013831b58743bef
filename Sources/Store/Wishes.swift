package import Values

/// What the command line says of all stores that are opened; it comes before what configuration,
/// environment and profiles say.
package struct Wishes {
  package var endpoint: String?
  package var region: String?
  package var provider: String?
  package var profile: String?
  /// Certificates to trust in place of the system's.
  package var authorities: Path?
  package var isAnonymous = false
  /// The size of the parts of large files.
  package var partSize: Int?
  /// How many requests may be under way at once.
  package var width: Int?
  /// Bytes a second.
  package var rate: Int?
  /// Requests a second.
  package var frequency: Double?
  /// The hours within which a drive is listed.
  package var hours: Hours?

  package init() {}
}
