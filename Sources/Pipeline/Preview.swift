internal import Core
internal import Records
internal import Stream
internal import Values

/// One line of a plan as a person reads it.
enum Preview {
  /// Which of two sides is to change.
  static func mark(_ record: Record) -> String {
    if record.isFor(.left) { return "< " }
    return record.has(.to) ? "> " : "  "
  }

  static func line(_ record: Record) -> String? {
    guard record.kind == .outcome || record.kind == .hole, let path = record.path else {
      return nil
    }
    do {
      // What is written is called by its own name, not by that of its source; but where two sides
      // are kept in step, another name is that under which a version is saved.
      let target = try record.name(.target)
      let isSaved = record.has(.to) && target != nil
      let name = "\(isSaved ? Path(path) : target ?? Path(path))"
      let why = try record.text(.why) ?? ""
      let reason = try record.text(.reason) ?? ""
      if record.kind == .hole {
        return record.holds(.kind, "chosen") ? nil : "? \(name) (\(reason))"
      }
      if record.isFailed { return "! \(Path(path)) (\(reason))" }
      if record.holds(.did, "delete") { return "- \(name) (\(why.isEmpty ? "delete" : why))" }
      if record.holds(.did, "write") { return "+ \(name) (write)" }
      if record.holds(.did, "copy") {
        let size = try record.integer(.size).map { ", \(Size(bytes: $0).text)" } ?? ""
        let saved = isSaved ? target.map { ", saved as \($0)" } ?? "" : ""
        let isNew = why.isEmpty || why == "new"
        return "\(isNew ? "+" : "~") \(name) (\(why.isEmpty ? "copy" : why)\(size)\(saved))"
      }
    } catch {
      return "! \(Path(path)) (\(error.reason))"
    }
    return nil
  }
}
