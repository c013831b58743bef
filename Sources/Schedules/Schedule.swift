package import Core
internal import Values

/// When a job is to run: now and then, as a crontab says, or only when somebody asks for it.
package struct Schedule: Equatable, Sendable {
  package enum Rhythm: Equatable, Sendable {
    case manual
    /// So many seconds after it was last due.
    case every(Int64)
    case cron(CronExpression)
  }

  package let rhythm: Rhythm
  package let zone: Zone
  /// Whether a run whose moment passed while nobody looked is made up for, once.
  package let catchesUp: Bool

  package init(_ rhythm: Rhythm, in zone: Zone = .utc, catchesUp: Bool = true) {
    self.rhythm = rhythm
    self.zone = zone
    self.catchesUp = catchesUp
  }

  /// Reads the keys `schedule.…` of a job.
  package init(_ group: Configuration.Group, _ environment: Environment) throws(Failure) {
    func wrong(_ key: String, _ reason: String) -> Failure {
      Failure(.config, "\(group.label).schedule.\(key)", reason)
    }
    switch group.text("schedule.type") {
    case "interval":
      let text = group.text("schedule.interval") ?? ""
      guard let span = Span(text: text), span.nanoseconds >= 1_000_000_000 else {
        throw wrong("interval", "\"\(text)\": a job runs once a second at most")
      }
      rhythm = .every(span.nanoseconds / 1_000_000_000)
      zone = .utc
    case "cron":
      do throws(Failure) {
        rhythm = .cron(try CronExpression(group.text("schedule.expression") ?? ""))
      } catch { throw wrong("expression", error.message) }
      do throws(Failure) {
        if let name = group.text("schedule.time_zone") {
          zone = try .named(name, environment)
        } else {
          zone = try .local(environment)
        }
      } catch { throw wrong("time_zone", error.message) }
    default:
      rhythm = .manual
      zone = .utc
    }
    catchesUp = group.text("schedule.missed") != "skip"
  }

  package static func == (one: Schedule, other: Schedule) -> Bool {
    one.rhythm == other.rhythm && one.zone.name == other.zone.name
      && one.catchesUp == other.catchesUp
  }

  /// The first moment after this one, in seconds since 1970; nil for none.
  package func next(after moment: Int64) -> Int64? {
    switch rhythm {
    case .manual: nil
    case .every(let seconds): moment.addingReportingOverflow(seconds).partialValue
    case .cron(let expression): expression.next(after: moment, in: zone)
    }
  }
}
