/// Who wins where both sides have changed.
package enum ConflictPolicy: String, CaseIterable, Sendable {
  case newer, larger, left, right
  case keepBoth = "keep-both"
  case fail
}
