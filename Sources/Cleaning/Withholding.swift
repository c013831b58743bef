package import Core

/// Which deletes are put off because a copy of the same run did not succeed.
///
/// A renamed file is planned as a copy of the new name and a delete of the old one. If the copy
/// fails and the delete does not, the file is lost at the target. The two have their size in
/// common, so that is what a failed copy holds back; where much may have failed it holds back
/// everything.
package struct Withholding: Sendable {
  /// How many different sizes are remembered before all deletes are put off.
  package static let mostSizes = 200_000

  private var reason: String?
  private var sizes: Set<Int> = []

  package init() {}

  package var isIdle: Bool { reason == nil && sizes.isEmpty }

  /// A copy failed.
  ///
  /// A kind that nobody knows, nil, may mean anything.
  package mutating func failed(_ kind: Failure.Kind?, size: Int?) {
    switch kind {
    case .later, .unavailable, .io: reason = reason ?? "a copy of this run failed"
    case nil: reason = reason ?? "a copy of this run failed for an unknown reason"
    case .usage, .data, .absent, .bug, .refused, .config:
      hold(size, "a copy of this run failed")
    }
  }

  /// A file was gone before it could be copied: it may have been renamed.
  package mutating func vanished(size: Int?) {
    hold(size, "a file vanished before it was copied")
  }

  private mutating func hold(_ size: Int?, _ why: String) {
    guard let size else {
      reason = reason ?? "\(why), and its size is not known"
      return
    }
    if sizes.count >= Withholding.mostSizes, !sizes.contains(size) {
      reason = reason ?? "too many copies of this run failed"
    } else {
      sizes.insert(size)
    }
  }

  /// Why a delete is put off; nil if it is not.
  ///
  /// `sizes` are those the file is said to have.
  package func objection(to sizes: [Int]) -> String? {
    if let reason { return reason }
    if self.sizes.isEmpty { return nil }
    guard !sizes.isEmpty else { return "a copy of this run failed, and the size is not known" }
    guard sizes.contains(where: self.sizes.contains) else { return nil }
    return "a copy of the same size failed: it may be this file under a new name"
  }
}
