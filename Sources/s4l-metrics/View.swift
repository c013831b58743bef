import Annals
import Bookings
import Core
import Metrics
import Records
import System
import Tasks
import Values

/// What the page shows, at one moment.
struct View {
  let document: JSON

  private static let kinds = ["sync_jobs", "strm_jobs", "repositories"]
  private static let most = 50

  init(_ book: Book) throws(Failure) {
    let now = Clock.now()
    let places = book.places
    var fields: [JSON.Field] = [.init("now", .text(now.text))]
    fields.append(.init("daemon", try Supervisor(places, at: now)?.document ?? .null))
    fields.append(.init("jobs", .list(try View.jobs(book))))
    do throws(Failure) { try View.add(queues: book, to: &fields) } catch {
      // All else can be shown without.
      book.log.warn(error.message)
      fields.append(.init("flaw", .text("The queues cannot be reached.")))
    }
    fields.append(.init("runs", .list(book.latest.suffix(60).map(\.document))))
    fields.append(.init("failed", .list(try View.failures(book))))
    fields.append(.init("log", .list(try places.lastLines(View.most).map { .text($0) })))
    document = .object(fields)
  }

  private static func jobs(_ book: Book) throws(Failure) -> [JSON] {
    let due = try book.places.due()
    // Claims say "job ID", "library ID" and the like.
    let running = try running(book)
    return kinds.flatMap { kind in
      book.configuration.groups(of: kind).map { group in
        let id = group.name ?? ""
        return .object([
          .init("id", .text(id)), .init("name", .text(group.text("name") ?? id)),
          .init("kind", .text(kind)), .init("schedule", .text(schedule(group))),
          .init("enabled", .flag(group.flag("enabled") ?? true)),
          .init("paused", .flag(book.places.pauses.contains(id))),
          .init("running", .flag(running[id] != nil)), .init("progress", running[id] ?? .null),
          .init("next", due[id].map { .text($0) } ?? .null),
          .init("last", book.last[id]?.document ?? .null),
        ])
      }
    }
  }

  /// How far each job is that runs: null where it does not tell.
  static func running(_ book: Book) throws(Failure) -> [String: JSON] {
    var found: [String: JSON] = [:]
    for run in try book.running() {
      // Claims say "job ID", "library ID" and the like.
      let id = String(
        decoding: run.job.drop { $0 != UInt8(ascii: " ") }.dropFirst(), as: UTF8.self)
      found[id] = progress(run.progress)
    }
    return found
  }

  private static func progress(_ record: [UInt8]) -> JSON {
    let told: JSON
    // What is written at this very moment is read with the next look.
    do throws(Failure) { told = try JSON(parsing: record) } catch { return .null }
    func number(_ name: String) -> JSON { .integer(told[name]?.integer ?? 0) }
    let done = ["entries", "failed", "vanished"].reduce(0) { $0 + (told[$1]?.integer ?? 0) }
    return .object([
      .init("files", .integer(done)), .init("total_files", number("total_entries")),
      .init("bytes", number("bytes")), .init("total_bytes", number("total_bytes")),
      .init("counted", .flag(told["counted"]?.flag ?? false)),
    ])
  }

  private static func schedule(_ group: Configuration.Group) -> String {
    switch group.text("schedule.type") ?? "manual" {
    case "interval": "every " + (group.text("schedule.interval") ?? "?")
    case "cron": group.text("schedule.expression") ?? "?"
    default: "manual"
    }
  }

  private static func add(queues book: Book, to fields: inout [JSON.Field]) throws(Failure) {
    let store = try book.queues()
    let queues = try store.queues()
    let counts = queues.map { queue in
      JSON.object(
        [.init("queue", .text(queue.queue)), .init("paused", .flag(queue.isPaused))]
          + State.allCases.map { .init($0.rawValue, .integer(queue.counts[$0] ?? 0)) })
    }
    fields.append(.init("queues", .list(counts)))
    var dead: [JSON] = []
    for queue in queues where queue.counts[.archived] ?? 0 > 0 && dead.count < most {
      try store.list(queue.queue, .archived) { (standing) throws(Failure) in
        guard dead.count < most else { return }
        let task = standing.task
        dead.append(
          .object([
            .init("id", .text(task.id)), .init("queue", .text(task.queue)),
            .init("kind", .text(task.type)), .init("reason", .text(task.reason)),
            .init("about", .text(View.beginning(of: task.payload ?? []))),
            .init("at", standing.moment.map { .text($0.text) } ?? .null),
          ]))
      }
    }
    fields.append(.init("dead", .list(dead)))
  }

  private static func beginning(of payload: [UInt8]) -> String {
    String(decoding: payload.prefix(200), as: UTF8.self)
  }

  /// Files that failed in the last run of a job, the newest first.
  private static func failures(_ book: Book) throws(Failure) -> [JSON] {
    var found: [JSON] = []
    let last = book.last.values.filter { $0.failed > 0 }.sorted { $0.started > $1.started }
    for run in last.prefix(10) {
      var items: [JSON] = []
      let file = run.run.flatMap { $0.utf8.contains(Path.slash) ? nil : $0 }
      if let file,
        let bytes = try book.places.runs.appending("\(file).ndjson")
          .contents(atMost: 64 << 10)
      {
        for line in bytes.split(separator: 10).suffix(10) {
          do throws(Failure) { items.append(failure(run, try JSON(parsing: Array(line)))) } catch {
            // The first one may have been cut.
            continue
          }
        }
      }
      if items.isEmpty {
        items = run.failedNames.prefix(10).map { name in
          .object([.init("job", .text(run.job)), .init("path", .text(name))])
        }
      }
      found += items
      if found.count >= most { break }
    }
    return found
  }

  private static func failure(_ run: Run, _ outcome: JSON) -> JSON {
    let bytes = outcome["path_bytes"]?.text.flatMap { Base64.decode($0.utf8) }
    let path = outcome["path"]?.text ?? bytes.map { Path.visible($0) } ?? ""
    return .object([
      .init("job", .text(run.job)), .init("path", .text(path)),
      .init("reason", .text(outcome["reason"]?.text ?? "")),
    ])
  }
}
