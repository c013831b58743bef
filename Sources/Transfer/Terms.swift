package import Core
package import Records
package import Store
package import Stream
package import System
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
  /// Where each of them takes a token first, if all runs share some.
  package var tokens: Tokens?
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

  /// Keeps to that number, shared with all runs if we have inherited their tokens.
  package mutating func heed(_ environment: Environment) {
    guard var most = environment[Tokens.most].flatMap({ Int($0) }), most > 0 else { return }
    tokens = Tokens(of: most, environment)
    // The token that the run holds for us is there even if no other can be had.
    if tokens == nil, environment[Tokens.variable] != nil { most = 1 }
    self.most = most
    jobs = min(jobs, most)
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
