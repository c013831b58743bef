package import Core
internal import Records
internal import System
package import Tasks
internal import Values

/// What a task of type `library` asks for: a run of a `[[strm_jobs]]`.
///
/// Its payload is `{"job":ID}`, and may name the strategy. Where it does not, events that are
/// waiting are acted on; if there are none, the job is run as it is configured.
package struct LibraryTask: Equatable, Sendable {
  /// How a run finds out what there is to do.
  package enum Strategy: String, CaseIterable, Sendable {
    /// By a listing of everything: writes what differs, and removes what is not there any more.
    case full
    /// By a listing of everything: adds what is missing, and looks at nothing else.
    case skipExisting = "skip-existing"
    /// By the events that webhooks brought, and no listing.
    case incremental
  }

  package static let type = "library"
  package static let queue = "library"

  package var job: String
  package var strategy: Strategy?

  package init(_ job: String, _ strategy: Strategy? = nil) {
    self.job = job
    self.strategy = strategy
  }

  package init(payload: [UInt8]) throws(Failure) {
    let document: JSON
    do { document = try JSON(parsing: payload) } catch {
      throw Failure(.data, "payload", error.reason)
    }
    guard let job = document["job"]?.text else {
      throw Failure(.data, "payload", "\"job\" must be the id of a [[strm_jobs]]")
    }
    self.job = job
    guard let value = document["strategy"], value != .null else { return }
    strategy = value.text.flatMap { Strategy(rawValue: $0) }
    if strategy == nil {
      let words = Strategy.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(.data, "payload", "\"strategy\" must be one of \(words)")
    }
  }

  package var payload: [UInt8] {
    let strategy = strategy.map { [JSON.Field("strategy", .text($0.rawValue))] } ?? []
    return JSON.object([.init("job", .text(job))] + strategy).bytes
  }

  /// The task, of which only one waits or runs: all libraries are worked one after the other.
  package func order(_ configuration: Configuration) -> Order {
    var task = Task(
      id: Identifier.make(at: Clock.now(), Machine.random(16)), queue: LibraryTask.queue,
      type: LibraryTask.type, payload: payload)
    task.retries = configuration.group("publish")?.integer("max_retry") ?? 3
    task.timeout = LibraryTask.timeout
    task.serialKey = LibraryTask.queue
    var order = Order(task)
    order.uniqueness = .open
    return order
  }

  /// A large drive that may be asked only twice a second takes hours to list.
  private static let timeout = 86_400
}
