/// What a database holds: the steps by which its tables came to be what they are now.
///
/// A step that was released is not changed any more; what is to be otherwise becomes a new one.
package struct Schema: Sendable {
  /// The number by which our files of this kind are told from those of others.
  package let mark: Int
  package let steps: [StaticString]

  package init(mark: Int, _ steps: StaticString...) {
    self.mark = mark
    self.steps = steps
  }
}
