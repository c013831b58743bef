/// When which job is due: a machine that is told the time, and remembers what was due last.
///
/// A moment that is noticed more than a minute late was missed: the machine slept, or nothing ran.
/// However many a job has missed, it is due once, if it catches up, and then goes on as it should.
/// A clock that is set back repeats nothing, unless it is by more than three hours: then it had
/// been wrong, and what was remembered of it means nothing.
package struct Timetable {
  package struct Job: Equatable, Sendable {
    package let id: String
    package let schedule: Schedule
    /// What it was last due for.
    package fileprivate(set) var last: Int64?
    /// What it will be due for next; nil for never.
    package fileprivate(set) var next: Int64?
  }

  /// A job that is to run, and the moment that it is for.
  package struct Due: Equatable, Sendable {
    package let id: String
    package let moment: Int64
    package let isLate: Bool
  }

  package private(set) var jobs: [Job]
  /// Places in `jobs`, ordered by their next moment.
  private var order: [Int] = []
  private var seen: Int64

  /// What is later than this was missed.
  static let patience: Int64 = 60
  /// A clock that is set back further was wrong before.
  static let doubt: Int64 = 3 * 3_600

  /// The jobs with what is remembered of them, at a moment.
  package init(_ jobs: [(id: String, schedule: Schedule)], _ memory: [String: Int64], at now: Int64)
  {
    seen = now
    self.jobs = jobs.map { job in
      Job(id: job.id, schedule: job.schedule, last: memory[job.id])
    }
    for place in self.jobs.indices { plan(place, at: now) }
    sort()
  }

  /// The moment to look again; nil if nothing will ever be due.
  package var next: Int64? { order.first.flatMap { jobs[$0].next } }

  /// What is due by now, in order of moment.
  package mutating func due(at now: Int64) -> [Due] {
    if now < seen { turnBack(to: now) }
    seen = now
    var due: [Due] = []
    while let place = order.first, let moment = jobs[place].next, moment <= now {
      let isLate = now - moment > Timetable.patience
      if !isLate || jobs[place].schedule.catchesUp {
        due.append(Due(id: jobs[place].id, moment: moment, isLate: isLate))
      }
      // An interval is counted from when it was due, so that it does not drift, unless it was late.
      jobs[place].last = isLate ? now : moment
      jobs[place].next = jobs[place].schedule.next(after: jobs[place].last ?? now)
      if let next = jobs[place].next, next <= now {
        jobs[place].last = now
        jobs[place].next = jobs[place].schedule.next(after: now)
      }
      order.removeFirst()
      insert(place)
    }
    return due
  }

  /// Plans a job from what is remembered of it.
  private mutating func plan(_ place: Int, at now: Int64) {
    var job = jobs[place]
    if let last = job.last, last - now > Timetable.doubt { job.last = nil }
    switch (job.schedule.rhythm, job.last) {
    // One that nobody has ever seen run is due at once.
    case (.every, nil): job.next = now
    case (.every(let seconds), let last?): job.next = min(last + seconds, max(last, now) + seconds)
    case (_, let last?): job.next = job.schedule.next(after: last)
    case (_, nil):
      // What is missed from here on is made up for.
      job.last = now
      job.next = job.schedule.next(after: now)
    }
    if let next = job.next, now - next > Timetable.patience, !job.schedule.catchesUp {
      job.last = now
      job.next = job.schedule.next(after: now)
    }
    jobs[place] = job
  }

  private mutating func turnBack(to now: Int64) {
    for place in jobs.indices {
      if case .every(let seconds) = jobs[place].schedule.rhythm {
        // Time passes no faster for it.
        jobs[place].next = jobs[place].next.map { min($0, now + seconds) }
      } else if seen - now > Timetable.doubt {
        jobs[place].last = nil
        jobs[place].next = jobs[place].schedule.next(after: now)
      }
    }
    sort()
  }

  private mutating func sort() {
    order = jobs.indices.filter { jobs[$0].next != nil }
    order.sort { (jobs[$0].next ?? 0, $0) < (jobs[$1].next ?? 0, $1) }
  }

  private mutating func insert(_ place: Int) {
    guard let next = jobs[place].next else { return }
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      let other = order[middle]
      if (jobs[other].next ?? 0, other) < (next, place) { low = middle + 1 } else { high = middle }
    }
    order.insert(place, at: low)
  }
}
