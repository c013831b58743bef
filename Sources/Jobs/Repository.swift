package import Annals
package import Core
package import Pipeline
package import Values

/// A folder whose files the index knows, `[[repositories]]`: how it is compared with the index, and
/// how it is watched.
package struct Repository: Equatable, Sendable {
  package let id: String
  package let isEnabled: Bool
  /// What is listed: the area within the folder, if one is set. Paths lie below it.
  package let folder: Path
  /// The time from one comparison to the next.
  package let interval: Span
  /// How much of a processor a comparison may take, in hundredths; nil for all there is.
  package let share: Int?
  /// Options for both kinds of pipes: what is left out.
  private let scope: [[UInt8]]
  private let poll: String?
  private let debounce: String
  private let hashes: Bool
  private let jobs: Int
  /// How many changes are written at once; nil if the index is to know.
  private let batch: String?
  private let limit: String?

  package init(_ group: Configuration.Group) throws(Failure) {
    id = group.name ?? ""
    isEnabled = group.flag("enabled") ?? true
    let area = Path(text: group.text("area") ?? "").trimmed
    if let objection = area.isEmpty ? nil : area.objection {
      throw Failure(.config, "\(group.label).area", objection)
    }
    let folder = Path(text: group.text("path") ?? "")
    self.folder = area.isEmpty ? folder : folder.appending(area)
    interval = group.text("reconciliation_interval").flatMap(Span.init(text:)) ?? Repository.day
    let percent = group.integer("max_cpu_percent") ?? 100
    share = percent < 100 ? percent : nil
    scope = Repository.scope(group)
    poll = group.text("poll")
    debounce = group.text("debounce_interval") ?? "500ms"
    hashes = group.flag("calculate_hashes") ?? true
    jobs = group.integer("max_concurrency") ?? 4
    let isChosen = group.entries["batch_size"].map { $0.origin != .standard } ?? false
    batch = isChosen ? group.integer("batch_size").map { "\($0)" } : nil
    limit = group.text("max_delete")
  }

  private static let day = Span(nanoseconds: 86_400_000_000_000)

  private static func scope(_ group: Configuration.Group) -> [[UInt8]] {
    var words = Words()
    if group.flag("ignore_clutter") ?? true { words.add("preset", "clutter") }
    words.add("preset", all: group.list("types"))
    words.add("exclude", all: group.list("filters"))
    return words.all
  }
}

// MARK: Pipes

extension Repository {
  /// What one comparison is told besides what the configuration says.
  package struct Terms {
    /// Where digests of earlier runs are.
    package var cache: Path
    package var isDry = false
    /// Options of s4l-index that were given for this run.
    package var brakes: [[UInt8]] = []

    package init(cache: Path) {
      self.cache = cache
    }
  }

  /// Compares all there is with the index.
  ///
  /// A dry run computes no digests: it would have to remember them, and what has changed is told by
  /// size and time.
  package func comparison(_ terms: Terms) -> Recipe {
    var capped = Words()
    capped.add("max-cpu", share.map { "\($0)" })
    var recipe = Recipe()
    recipe.add("scan", scope + capped.all, on: folder)
    if hashes, !terms.isDry { recipe.add("hash", words: hashing(terms.cache) + capped.all) }
    var words = Words()
    words.add("batch", batch)
    if terms.brakes.isEmpty { words.add("max-delete", limit) }
    words.add("dry-run", if: terms.isDry)
    recipe.add(index: "update", words.all + terms.brakes + capped.all, id)
    return recipe
  }

  /// Follows what changes, after a listing of all there is.
  ///
  /// Why it is not held back to a share of a processor: what the system tells of changes is lost
  /// where it is not taken in time.
  package func watch(cache: Path) -> Recipe {
    var watching = Words()
    watching.add("listing", if: true)
    watching.add("poll", poll)
    var recipe = Recipe()
    recipe.add("watch", watching.all + scope, on: folder)
    recipe.add("debounce", ["--wait=\(debounce)"])
    if hashes { recipe.add("hash", words: hashing(cache)) }
    var words = Words()
    words.add("batch", batch)
    words.add("max-delete", limit)
    recipe.add(index: "apply", words.all, id)
    return recipe
  }

  private func hashing(_ cache: Path) -> [[UInt8]] {
    var words = Words()
    words.add("cache", cache.bytes)
    words.add("jobs", "\(jobs)")
    return words.all
  }

  /// What a comparison needs while it runs: to be the only one. Its folder is only read, and of the
  /// index the writers take turns.
  package var claim: Claim {
    Claim(.shared, [], job: Array("repository \(id)".utf8))
  }

  /// Where the digests of its files are kept, so that only what changed is read again.
  ///
  /// Both kinds of pipes have one cache: with one each, all would be read twice. A pipe that
  /// watches writes it at the end of a listing, and has no use for it between.
  package func cache(_ environment: Environment) throws(Failure) -> Path {
    guard let state = environment.folder(.state) else {
      throw Failure(.absent, "HOME", "the variable is not set: there is no place for digests")
    }
    return Path(text: state).appending("digests").appending(Path(Repository.fileName(id)))
  }

  static let suffix = Array(".ndjson".utf8)

  /// The id as the name of a file.
  static func fileName(_ id: String) -> [UInt8] {
    let plain = id.utf8.flatMap { byte -> [UInt8] in
      let isPlain = byte != Path.slash && byte != UInt8(ascii: "%") && byte != UInt8(ascii: ".")
      return isPlain ? [byte] : Array("%\(String(byte, radix: 16))".utf8)
    }
    return plain + suffix
  }
}

extension Recipe {
  /// Adds a stage of s4l-index, whose first operand is a verb. The name of a repository may look
  /// like an option.
  fileprivate mutating func add(index verb: String, _ options: [[UInt8]], _ name: String) {
    let dashes = name.utf8.first == UInt8(ascii: "-") ? [Array("--".utf8)] : []
    add("index", words: [Array(verb.utf8)] + options + dashes + [Array(name.utf8)])
  }
}
