package import Objects

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
  package var measure = Measure()
  /// Whether requests are not signed at all.
  package var isAnonymous = false

  package init() {}
}
