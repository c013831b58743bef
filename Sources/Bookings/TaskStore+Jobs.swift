package import Core
internal import System
package import Tasks
internal import Values

extension TaskStore {
  /// Queues the task that runs a job, unless so much waits that no more may.
  package func start(
    _ job: Configuration.Group, _ configuration: Configuration
  ) throws(Failure) -> Admission {
    let order = JobTask.order(job, configuration)
    try checkRoom(configuration)
    let answers = try push([order], at: Clock.now())
    return answers.first ?? .taken
  }

  /// Refuses when as many tasks wait as `concurrency.sync_queue_size` lets wait.
  package func checkRoom(_ configuration: Configuration) throws(Failure) {
    let most = configuration.group("concurrency")?.integer("sync_queue_size") ?? 1_000
    let waiting = try queues().reduce(0) { sum, queue in
      sum + (queue.counts[.pending] ?? 0) + (queue.counts[.retry] ?? 0)
    }
    if waiting >= most {
      throw Failure(
        .later, name, "\(waiting) tasks wait, and concurrency.sync_queue_size lets no more")
    }
  }
}
