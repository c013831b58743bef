internal import Bookings
package import Inbox
package import Pipeline
internal import Values

/// The pipe of a job.
extension StrmJob {
  /// The pipe that is run. Events are what the first stage reads, in place of a listing.
  package func course(reading events: Haul? = nil) -> Course {
    let teller = fetching == nil ? nil : "get"
    return Course(
      recipe, from: source, to: output, isDry: isDry, teller: teller,
      reading: events.map { .file($0.section) } ?? .nothing)
  }

  /// Its stages. Without a listing, the first one reads events.
  package var recipe: Recipe {
    var recipe = Recipe()
    if strategy != .incremental { recipe.add("ls", listing + asking, on: source) }
    recipe.add("strm", writing + strmFlags + asking, on: output)
    if let fetching { recipe.add("get", fetching + getFlags + asking, on: output) }
    if let cleanFlags { recipe.add("clean", cleanFlags, on: output) }
    if let servers {
      recipe.add("notify", servers.map { Array("--server=\($0)".utf8) }, on: output)
    }
    return recipe
  }

  private var strmFlags: [[UInt8]] {
    var words = Words()
    words.add("skip-existing", if: strategy == .skipExisting)
    // What comes after reads it in the head.
    words.add("dry-run", if: isDry)
    return words.all
  }

  private var getFlags: [[UInt8]] {
    var words = Words()
    words.add("library", if: true)
    // Where only what is missing is wanted, nothing is looked at that is there.
    words.add("present", updates && strategy != .skipExisting ? "update" : "skip")
    return words.all
  }

  /// Nil where nothing is removed.
  private var cleanFlags: [[UInt8]]? {
    var words = Words()
    // Never anything that nobody has noted down as ours.
    words.add("library", if: true)
    switch strategy {
    case .skipExisting: return nil
    case .incremental: break
    case .full:
      words.add("orphans", if: true)
      if confirmations > 1 { words.add("confirm-runs", "\(confirmations)") }
    }
    return words.all + brakes + asking + cleaning
  }
}
