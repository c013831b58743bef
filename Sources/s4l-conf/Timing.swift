internal import Core
internal import Schedules
internal import Settings

/// What is wrong with the schedules of jobs: what a crontab may say, the schema cannot tell.
enum Timing {
  /// One message for each job whose schedule cannot be read, as those of the schema are.
  static func objections(
    _ configuration: Configuration, _ environment: Environment
  ) -> [String] {
    ["sync_jobs", "strm_jobs"].flatMap { section in
      configuration.groups(of: section).compactMap { group in
        do throws(Failure) {
          _ = try Schedule(group, environment)
          return nil
        } catch {
          let keys = ["schedule.expression", "schedule.time_zone", "schedule.interval"]
          let key = keys.first { error.subject.hasSuffix($0) }
          let origin = key.flatMap { group.entries[$0]?.origin } ?? group.origin
          return "\(origin.place): \(error.message)"
        }
      }
    }
  }
}
