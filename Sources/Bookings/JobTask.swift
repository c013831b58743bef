package import Core
internal import Records
internal import System
package import Tasks
internal import Values

/// What a task of type `sync_job` asks for: a run of a `[[sync_jobs]]`, or of what else can be run.
///
/// Its payload is `{"job":ID}`. Of one job there is one task at most that waits or is worked.
package struct JobTask: Equatable, Sendable {
  package static let type = "sync_job"

  package var job: String

  package init(_ job: String) {
    self.job = job
  }

  package init(payload: [UInt8]) throws(Failure) {
    let document: JSON
    do { document = try JSON(parsing: payload) } catch {
      throw Failure(.data, "payload", error.reason)
    }
    guard let job = document["job"]?.text, !job.isEmpty else {
      throw Failure(.data, "payload", "\"job\" must be the id of a job of the configuration")
    }
    self.job = job
  }

  package var payload: [UInt8] { JSON.object([.init("job", .text(job))]).bytes }

  /// The task. It is not tried again by itself: the next time that the job is due it is.
  package var order: Order {
    var task = Task(
      id: Identifier.make(at: Clock.now(), Machine.random(16)), queue: Task.usualQueue,
      type: JobTask.type, payload: payload)
    task.retries = 0
    task.timeout = JobTask.timeout
    var order = Order(task)
    order.uniqueness = .open
    return order
  }

  private static let timeout = 86_400

  /// The task that runs a job, whatever kind of job it is.
  package static func order(
    _ group: Configuration.Group, _ configuration: Configuration
  ) -> Order {
    let id = group.name ?? ""
    if group.section == "strm_jobs" { return LibraryTask(id).order(configuration) }
    return JobTask(id).order
  }
}
