package import Command
package import Core
package import Transfer
internal import Values

/// The options of s4l-get that say how side-cars get into a media library.
package struct LibraryChoice {
  private var isGiven = false
  private var sideCars: [String] = []
  private var existing: LibraryTerms.Existing?
  private var mount: Path?
  private var stall: Span?

  package init() {}

  package static var table: [Option<LibraryChoice>] {
    [
      .flag("library", nil, \.isGiven, "Copy only side-cars of films, into a media library."),
      .list(
        "side-cars", nil, "LIST", \.sideCars,
        "Take these for side-cars; +EXT and -EXT change the usual list."),
      .value(
        "present", nil, "HOW", \.existing,
        "What to do with a file that is there: skip or update it."),
      .value("mount", nil, "DIR", \.mount, "Copy from DIR, where the store is mounted, if it can."),
      .value("stall", nil, "SPAN", \.stall, "Take a mount for hung that is silent this long."),
    ]
  }

  /// Adds what is asked for to the terms of a transfer.
  package func apply(to terms: inout Terms) throws(Failure) {
    guard isGiven else {
      let stray = [
        ("--side-cars", !sideCars.isEmpty), ("--present", existing != nil),
        ("--mount", mount != nil), ("--stall", stall != nil),
      ]
      for (name, isThere) in stray where isThere {
        throw Failure(.usage, name, "it goes with --library only")
      }
      return
    }
    var library = LibraryTerms(sideCars: try extensions())
    library.existing = existing ?? .skip
    library.mount = mount
    if let stall {
      guard stall.nanoseconds > 0 else {
        throw Failure(.usage, "--stall", "it must be more than nothing")
      }
      library.stall = stall
    }
    terms.library = library
  }

  private func extensions() throws(Failure) -> Extensions {
    do { return try Extensions(Extensions.sideCars, changedBy: sideCars) } catch {
      throw Failure(.usage, "--side-cars", error.reason)
    }
  }
}

extension LibraryTerms.Existing: Choice {}
