package import Core
package import Records
package import Store
package import Stream
internal import System
package import Values

/// What is asked of a transfer.
package struct Terms: Sendable {
  /// The side of a plan to act on, where the location does not say it.
  package var side: Side?
  /// Where the files come from, outside of a plan.
  package var from: Path?
  package var preserved = Preserved()
  package var isDurable = false
  package var confirms = false
  /// Whether a file that should be at the target already, but is not found to be, is sent again;
  /// otherwise it fails.
  package var resends = true
  /// Whether the target of a file outside of a plan is looked at first, and one that has the size
  /// of the file is kept.
  package var onlyDiffering = false
  package var retries = false
  package var isDry = false
  package var jobs = min(Machine.processors, 4)
  /// How many items are under way to or from a store at once, where the store is not to decide.
  package var width: Int?
  /// How many files may be under way at once at most, whatever else is wanted.
  package var most = Int.max
  /// Bytes a second.
  package var rate: Size?
  /// What new objects are to be like.
  package var traits = ObjectTraits()
  /// Whether a target may only be made, never replaced.
  package var onlyCreates = false
  /// The version that a target must have to be replaced.
  package var replaces: Fingerprint?
  /// Whether backslashes of a path become slashes at the target.
  package var fromWindows = false
  /// Set where the target is a media library.
  package var library: LibraryTerms?

  package init() {}

  /// By which whoever runs several copies at once gives each its share of the files that may be
  /// under way.
  package static let share = "S4L_MOST_FILES"

  package mutating func heed(_ environment: Environment) {
    guard let share = environment[Terms.share].flatMap({ Int($0) }), share > 0 else { return }
    most = share
    jobs = min(jobs, share)
  }

  /// Whether what was written is read again before it counts.
  var verifies: Bool { isDurable || confirms }
}

/// What of a file is carried over besides its bytes.
package struct Preserved: Equatable, Sendable {
  package var mode = true
  package var times = true
  package var owner = false
  package var attributes = false

  package init() {}

  /// A list such as `mode,times`; `none` for nothing.
  package init?(text: String) {
    (mode, times) = (false, false)
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      switch word {
      case "mode": mode = true
      case "times": times = true
      case "owner": owner = true
      case "xattrs": attributes = true
      case "none" where text == "none": break
      default: return nil
      }
    }
  }
}
