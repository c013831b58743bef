import Core
import Inbox
import Serve
import System
import Tasks
import Values

/// Answers webhooks: what they tell is kept in the inboxes of jobs, and a task is queued for each
/// job that it concerns.
///
/// The events of one call are made durable together, a file for each job. Only then is anybody told
/// that they are kept. That the queue is away is no reason to refuse them: they are in the inbox,
/// and the task is queued as soon as it can be. It belongs to one thread.
final class Mailroom {
  private let terms: EventTerms
  private let sorter: Sorter
  private let inbox: Inbox
  private let courier: Courier
  private let log: Log
  /// Events on their way into the inbox, by the place of their feed.
  private let lines: [Buffer]

  static let full = Answer.error(503, "the events cannot be kept").with("Retry-After", "30")

  init(
    _ terms: EventTerms, _ inbox: Inbox, _ log: Log, _ open: @escaping Office.Opener,
    remind: @escaping () -> Void
  ) {
    self.terms = terms
    self.inbox = inbox
    self.log = log
    sorter = Sorter(feeds: terms.feeds)
    lines = terms.feeds.map { _ in Buffer() }
    courier = Courier(terms, log, open, remind)
  }

  /// Sees to what came in before we were there.
  func begin(at now: Timestamp) {
    do throws(Failure) {
      for job in try inbox.pending(terms.feeds.map(\.job)) { courier.owe(job) }
    } catch {
      log.error("the inbox: \(error.message)")
      for feed in terms.feeds { courier.owe(feed.job) }
    }
    courier.deliver(at: now)
  }

  func answers(_ petitions: [Petition], at now: Timestamp) -> [(Int, Answer)] {
    var tallies: [(ticket: Int, tally: Sorter.Tally)] = []
    var answers: [(Int, Answer)] = []
    for petition in petitions where petition.ticket > 0 {
      do throws(Failure) {
        tallies.append((petition.ticket, try sort(petition)))
      } catch {
        log.warn("a webhook of \(petition.who) is refused: \(error.message)")
        answers.append((petition.ticket, .malformed))
      }
    }
    let lost = keep(at: now)
    courier.deliver(at: now)
    for (ticket, tally) in tallies {
      let isLost = !lost.isEmpty && !tally.feeds.isDisjoint(with: lost)
      answers.append(
        (ticket, isLost ? Mailroom.full : tally.flaws.isEmpty ? Office.accepted : .malformed))
    }
    return answers
  }

  private func sort(_ petition: Petition) throws(Failure) -> Sorter.Tally {
    let message: Message
    do throws(Failure) { message = try Message(petition.body) } catch {
      // Somebody's template may not escape what is in a name: what came is needed to see that.
      let start = Path.visible(petition.body.prefix(512))
      throw Failure(error.kind, error.subject, "\(error.reason); it begins: \(start)")
    }
    for mount in message.mounts { tell(mount) }
    let named = petition.job.map { String(decoding: $0, as: UTF8.self) }
    let tally = try sorter.sort(message, for: named) { lines[$0] }
    for flaw in tally.flaws { log.warn("a webhook of \(petition.who): \(flaw)") }
    for job in tally.above {
      log.warn("a webhook of \(petition.who) is about all of job \(job): run that in full")
    }
    if tally.ignored > 0, let named {
      let what = tally.ignored == 1 ? "1 event is" : "\(tally.ignored) events are"
      log.warn(
        "a webhook of \(petition.who) names job \(Path.visible(named.utf8)): \(what) outside of "
          + "what that job lists, and let go")
    } else if tally.ignored > 0 {
      log.debug("no job's", ["events": .integer(tally.ignored)])
    }
    return tally
  }

  /// A mount that goes takes no files with it: what they are is told by the drive itself.
  private func tell(_ mount: Message.Mount) {
    let jobs = terms.feeds.filter { $0.mount?.isWithin(mount.point) == true }.map(\.job)
    let whose = jobs.isEmpty ? "" : ", where jobs have files: \(jobs.joined(separator: ", "))"
    log.notice("\(mount.point) \(mount.isThere ? "is mounted" : "is not mounted any more")\(whose)")
  }

  /// Makes durable what has gathered; tells for which feeds that could not be done.
  private func keep(at now: Timestamp) -> Set<Int> {
    var lost: Set<Int> = []
    for (place, buffer) in lines.enumerated() where buffer.count > 0 {
      let job = terms.feeds[place].job
      do throws(Failure) {
        let receipt = try inbox.append(buffer.bytes, for: job)
        courier.owe(job, receipt.generation, at: now)
      } catch {
        lost.insert(place)
        log.error("the inbox: \(error.message)")
      }
      buffer.clear()
    }
    return lost
  }
}

/// What events become.
struct EventTerms: Sendable {
  var feeds: [Feed] = []
  var retries = 3
  /// How long changes gather before a run acts on them.
  var debounce = Span(nanoseconds: 5_000_000_000)
  /// The longest file of events.
  var limit = Inbox.usualLimit
}
