internal import Core
internal import Records

/// What s4l-index writes of one operation.
struct Report {
  /// Whether it has seen all there is.
  var isWholeListing = false

  /// Nil where the record tells of something else.
  init?(_ record: Record) throws(Failure) {
    return nil
  }
}
