internal import Settings

/// A collection that holds a part of the configuration.
package enum Shelf: String, CaseIterable, Sendable {
  /// One key a record: `key`, as `daemon.log_level`, and `value`.
  case config
  /// One job a record: `name`, `enabled`, `schedule`, and all else in `spec`.
  case syncJobs = "sync_jobs"
  case strmJobs = "strm_jobs"
  /// One watcher a record, likewise, without a schedule.
  case fileWatchers = "file_watchers"

  package static var names: [String] { allCases.map(\.rawValue) }

  /// The field by which its records are told apart.
  package var identity: String { self == .config ? "key" : "name" }

  var hasSchedule: Bool { self == .syncJobs || self == .strmJobs }

  /// The fields that it has besides those that every collection has.
  package var fields: [(name: String, kind: String)] {
    if self == .config { return [("key", "text"), ("value", "json")] }
    let schedule = hasSchedule ? [(name: "schedule", kind: "text")] : []
    return [("name", "text"), ("enabled", "bool")] + schedule + [("spec", "json")]
  }

  /// The same, to be read.
  var fieldsInWords: String {
    let words = fields.map { "\($0.name) (\($0.kind))" }
    return words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}

/// When a job runs, in one field.
enum When {
  private static let every = "every:"

  /// `every:5m`, an expression of cron, or `manual`; nothing says nothing.
  static func keys(of text: String) -> [(name: String, value: String)] {
    var bare = text[...]
    while let first = bare.first, first == " " { bare.removeFirst() }
    while let last = bare.last, last == " " { bare.removeLast() }
    if bare.isEmpty { return [] }
    if bare == "manual" { return [("type", "manual")] }
    if bare.hasPrefix(every) {
      return [("type", "interval"), ("interval", String(bare.dropFirst(every.count)))]
    }
    return [("type", "cron"), ("expression", String(bare))]
  }

  static func text(type: String?, interval: String?, expression: String?) -> String {
    switch type {
    case "interval": every + (interval ?? "")
    case "cron": expression ?? ""
    default: "manual"
    }
  }
}
