import Bookings
import Core
import Records
import Serve
import System
import Tasks
import Values

/// What the page can do. Each is a POST of a small document.
enum Deed: String, CaseIterable, Sendable {
  /// Queues a job: {"job":ID}.
  case run
  /// Has a job that is due wait, or not any more: {"job":ID,"paused":true}.
  case pause
  /// Makes a task ready that was given up: {"queue":NAME,"id":ID}.
  case retry
}

extension Book {
  func perform(_ deed: Deed, _ body: [UInt8]) throws(Failure) -> Answer {
    let wish: JSON
    do throws(Failure) { wish = try JSON(parsing: body) } catch { return .malformed }
    switch deed {
    case .retry:
      guard let queue = wish["queue"]?.text, let id = wish["id"]?.text else { return .malformed }
      return Book.answer(try queues().run(id, in: queue, at: Clock.now()))
    case .run, .pause:
      guard let id = wish["job"]?.text else { return .malformed }
      let kinds = ["sync_jobs", "strm_jobs"]
      guard let group = kinds.lazy.compactMap({ self.configuration.group($0, named: id) }).first
      else { return .error(404, "no such job") }
      if deed == .run { return try run(group, id) }
      guard let isPaused = wish["paused"]?.flag else { return .malformed }
      return try pause(id, isPaused)
    }
  }

  private func run(_ group: Configuration.Group, _ id: String) throws(Failure) -> Answer {
    guard group.flag("enabled") != false else { return .error(409, "the job is not enabled") }
    let admission: Admission
    do throws(Failure) { admission = try queues().start(group, configuration) } catch {
      guard error.kind == .later else { throw error }
      return .error(503, "as many tasks wait as may")
    }
    switch admission {
    case .queued, .postponed: return .json(200, #"{"status":"queued"}"#)
    case .duplicate, .taken, .full: return .json(200, #"{"status":"waiting already"}"#)
    }
  }

  private func pause(_ id: String, _ isPaused: Bool) throws(Failure) -> Answer {
    let file = places.pauses.file(of: id)
    try file.parent.makeFolders(mode: 0o700)
    let folder = try Folder.open(file.parent)
    do throws(SystemError) {
      if isPaused {
        _ = try folder.file(file.name, creates: true)
      } else {
        try folder.discard(file.name)
      }
    } catch {
      throw error.failure(file)
    }
    return .json(200, isPaused ? #"{"status":"paused"}"# : #"{"status":"resumed"}"#)
  }

  private static func answer(_ steered: Steered) -> Answer {
    switch steered {
    case .done: .json(200, #"{"status":"queued"}"#)
    case .absent: .error(404, "no such task")
    case .refused: .error(409, "the task is in no such state")
    }
  }
}
