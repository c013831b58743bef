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
    let answer = try push([order], within: configuration.queueSize, at: Clock.now()).first ?? .taken
    if answer == .full { throw full(configuration) }
    return answer
  }

  /// What to say where no more may wait.
  package func full(_ configuration: Configuration) -> Failure {
    Failure(
      .later, name,
      "\(configuration.queueSize) tasks wait, and concurrency.sync_queue_size lets no more")
  }
}

extension Configuration {
  /// How many tasks may wait.
  package var queueSize: Int { group("concurrency")?.integer("sync_queue_size") ?? 1_000 }
}
