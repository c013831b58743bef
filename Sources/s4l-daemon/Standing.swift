internal import Annals
internal import Bookings
internal import Command
internal import Core
internal import Records
internal import Settings
internal import System
internal import Values

/// What there is to say of a daemon, its children and its jobs.
struct Standing {
  private let place: Places
  private let io: Standard

  init(_ place: Places, _ io: Standard) {
    self.place = place
    self.io = io
  }

  func tell() throws(Failure) -> Status {
    guard let pid = try place.running(), let daemon = try place.told() else {
      throw Daemon.absent(place)
    }
    let jobs = try jobs()
    if io.wantsJSON {
      let fields = (daemon.fields ?? []) + [JSON.Field("jobs", .list(jobs))]
      io.output.buffer.append(JSON.object(fields).bytes + [10])
      return .success
    }
    line("daemon", "\(pid)", "since \(daemon["started"]?.text ?? "?")")
    for child in daemon["children"]?.list ?? [] {
      let restarts = child["restarts"]?.integer ?? 0
      line(
        child["name"]?.text ?? "", child["pid"]?.integer.map { "\($0)" } ?? "-",
        "\(child["state"]?.text ?? "") since \(child["since"]?.text ?? "?")"
          + (restarts > 0 ? ", started again \(restarts == 1 ? "once" : "\(restarts) times")" : ""))
    }
    for job in jobs {
      let last = job["last"].flatMap { last in
        last["started"]?.text.map { "\(last["status"]?.integer == 0 ? "well" : "badly") at \($0)" }
      }
      line(
        job["id"]?.text ?? "",
        job["enabled"]?.flag == false ? "off" : job["paused"]?.flag == true ? "paused" : "on",
        "next \(job["next"]?.text ?? "never"), last \(last ?? "never")")
    }
    return .success
  }

  private func line(_ words: String...) {
    // An id may be anything, and is not to be obeyed by a terminal.
    let line = words.map { Path.visible($0.utf8) }.joined(separator: "\t") + "\n"
    io.output.buffer.append(Array(line.utf8))
  }

  /// Every job, with when it is due and what became of its last run.
  private func jobs() throws(Failure) -> [JSON] {
    let configuration = try Resolution.load(place.config, io.environment).configuration
    let history = try History.find(io.environment)
    var due: [String: JSON] = [:]
    for line in (place.folder.appending("cron.state").small ?? []).split(separator: 10) {
      let record = try JSON(parsing: Array(line))
      if let id = record["id"]?.text { due[id] = record["next"] ?? .null }
    }
    let pauses = Pauses(state: place.folder)
    var jobs: [JSON] = []
    for section in ["sync_jobs", "strm_jobs"] {
      for group in configuration.groups(of: section) {
        let id = group.name ?? ""
        var last: JSON?
        try history?.tell(id, atMost: 1) { (line) throws(Failure) in
          last = try JSON(parsing: line)
        }
        jobs.append(
          .object([
            .init("id", .text(id)), .init("enabled", .flag(group.flag("enabled") ?? true)),
            .init("paused", .flag(pauses.contains(id))),
            .init("next", due[id] ?? .null), .init("last", last ?? .null),
          ]))
      }
    }
    return jobs
  }
}
