/// What is asked of a bucket's client, besides where the bucket is.
package struct S3Terms: Sendable {
  package var provider = Provider.other
  /// Which service and whose keys: buckets of one account can copy among each other.
  package var account: String?
  package var storageClass: String?
  /// The size of the parts of large files; nil lets the size of the file decide.
  package var partSize: Int?
  /// Up to which size a file goes in one request.
  package var wholeUpTo = 32 << 20
  /// How many requests may be under way at once.
  package var width = 32
  /// How often a request is made in all.
  package var attempts = 8
  /// Bytes a second.
  package var rate: Int?
  /// Requests a second.
  package var frequency: Double?
  /// Whether requests are not signed at all.
  package var isAnonymous = false

  package init() {}
}
