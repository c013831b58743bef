internal import Core
internal import Records
internal import Values

/// A way from one kind of place to another, which the records of a section take.
protocol Way: AnyObject {
  /// The stream is ours again, after input was waited for.
  func enter() throws(Failure)
  /// Waits until an event comes after all that was said of its path before, whoever acts on it.
  func keepOrder(of record: Record) throws(Failure)
  /// Carries out a record that is ours, now or later, and writes what came of it.
  func carry(_ record: Record) throws(Failure)
  /// Goes on with what is in hand and tells what is known, until there is input to read.
  func rest(until input: Int32) throws(Failure)
  /// Finishes all that was begun.
  func end() throws(Failure)
}

extension Record {
  /// Why an event is not of the source; it may come from elsewhere, so the root that it names is
  /// compared, never opened.
  func rootObjection(_ terms: Terms, source: Path) throws(Failure) -> String? {
    guard has(.event), terms.from == nil, let root = try name(.root), root != source else {
      return nil
    }
    return "the event is of \(root), not of \(source); --from would choose a source"
  }
}
