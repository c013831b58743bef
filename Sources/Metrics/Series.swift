// The map of this module:
//
//   Series         every family of numbers that is published, declared once
//   Samples        numbers by their names and labels
//   Line           one number as a line of text, read back
//   Leaflet        the file in which a program leaves its numbers
//   Shelf          the files in which other programs leave their numbers
//   Sheet          all of it as Prometheus reads it

/// A family of numbers that is published. What is told of it to Prometheus stands here, once.
package enum Series: Int, CaseIterable, Sendable {
  case operations, duration, files, bytes, errors, lastSuccess
  case uptime, memory, processor, active, watchers
  case requests, requestDuration, connectionErrors, lastPull
  case logEntries, uploadErrors, logBuffer
  case depth

  package enum Form: String, Sendable {
    case counter, gauge, histogram
  }

  package struct Declaration: Sendable {
    package let name: String
    package let form: Form
    package let help: String

    fileprivate init(_ name: String, _ form: Form, _ help: String) {
      self.name = name
      self.form = form
      self.help = help
    }
  }

  package var declaration: Declaration { Series.table[rawValue] }

  private static let table = allCases.map(\.declared)

  private var declared: Declaration {
    switch self {
    case .operations:
      .init("s4l_sync_operations_total", .counter, "Runs of jobs, by how they ended.")
    case .duration:
      .init("s4l_sync_operation_duration_seconds", .histogram, "How long runs of jobs took.")
    case .files:
      .init("s4l_sync_files_processed_total", .counter, "Files that runs copied or removed.")
    case .bytes:
      .init("s4l_sync_bytes_transferred_total", .counter, "Bytes that runs copied.")
    case .errors:
      .init("s4l_sync_errors_total", .counter, "Files that failed, and runs that failed whole.")
    case .lastSuccess:
      .init("s4l_sync_last_success_timestamp_seconds", .gauge, "When a run last ended well.")
    case .uptime:
      .init("s4l_daemon_uptime_seconds", .gauge, "How long s4l-daemon has been running.")
    case .memory:
      .init("s4l_daemon_memory_bytes", .gauge, "Memory that s4l-daemon holds.")
    case .processor:
      .init("s4l_daemon_cpu_seconds_total", .counter, "Processor time s4l-daemon has used.")
    case .active:
      .init("s4l_active_sync_jobs", .gauge, "Jobs that are being run.")
    case .watchers:
      .init("s4l_file_watchers_active", .gauge, "Watchers that are running.")
    case .requests:
      .init("s4l_pocketbase_requests_total", .counter, "Requests to PocketBase.")
    case .requestDuration:
      .init(
        "s4l_pocketbase_request_duration_seconds", .histogram, "How long PocketBase took.")
    case .connectionErrors:
      .init(
        "s4l_pocketbase_connection_errors_total", .counter, "Times PocketBase was not reached.")
    case .lastPull:
      .init(
        "s4l_pocketbase_last_good_timestamp_seconds", .gauge,
        "When what PocketBase says of the configuration was last read whole, and well.")
    case .logEntries:
      .init("s4l_log_entries_total", .counter, "Lines of the log of s4l-daemon, by their level.")
    case .uploadErrors:
      .init("s4l_log_upload_errors_total", .counter, "Uploads of messages that failed.")
    case .logBuffer:
      .init("s4l_log_buffer_size", .gauge, "Messages that wait to be uploaded.")
    case .depth:
      .init("s4l_queue_depth", .gauge, "Tasks in the queues, by their state.")
    }
  }

  private static let names = Dictionary(
    uniqueKeysWithValues: allCases.map { (Array($0.declaration.name.utf8), $0) })

  private static let parts = ["_bucket", "_sum", "_count"].map { Array($0.utf8) }

  /// The family of a number of this name, which for a histogram is longer than its own.
  package static func named(_ name: some Collection<UInt8>) -> Series? {
    if let series = names[Array(name)] { return series.isHistogram ? nil : series }
    for part in parts where name.count > part.count && name.suffix(part.count).elementsEqual(part) {
      if let series = names[Array(name.dropLast(part.count))], series.isHistogram { return series }
    }
    return nil
  }

  package var isHistogram: Bool { declaration.form == .histogram }

  /// Whether its numbers still count when whoever counted is gone.
  package var isLasting: Bool { declaration.form != .gauge }

  /// The name and the labels of a number, as they are written.
  package func key(_ part: String = "", _ labels: [(name: String, value: String)] = []) -> [UInt8] {
    var key = Array(declaration.name.utf8) + Array(part.utf8)
    for (place, label) in labels.enumerated() {
      key += [UInt8(ascii: place == 0 ? "{" : ",")] + Array(label.name.utf8) + Array("=\"".utf8)
      for byte in label.value.utf8 {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): key += [UInt8(ascii: "\\"), byte]
        case 10: key += Array("\\n".utf8)
        default: key.append(byte)
        }
      }
      key.append(UInt8(ascii: "\""))
    }
    return labels.isEmpty ? key : key + [UInt8(ascii: "}")]
  }
}
