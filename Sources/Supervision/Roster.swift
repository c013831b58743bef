/// Who is to be at work, and who is: a machine that is told the time and who has ended, and says
/// whom to start and whom to stop.
///
/// Whoever ends without being asked to is started again, at once the first time, then after pauses
/// that double, up to a minute; who has held out for a minute has a clean slate. One whose command
/// line or configuration is wrong is not: it would only end again, until one of them is another.
package struct Roster {
  /// What is to run under a name. What differs in any of it is another.
  package struct Post: Equatable, Sendable {
    package let name: String
    /// The tool, without the `s4l-` of its name.
    package let tool: String
    package let arguments: [[UInt8]]
    /// What of the configuration it reads only when it starts.
    package var version: UInt64 = 0

    package init(_ name: String, _ tool: String, _ arguments: [[UInt8]], version: UInt64 = 0) {
      self.name = name
      self.tool = tool
      self.arguments = arguments
      self.version = version
    }
  }

  package enum State: String, Sendable {
    case running
    /// It has been asked to end.
    case stopping
    /// It is started again after a pause.
    case waiting
    /// It is not started again as it is.
    case failed
  }

  package enum Action: Equatable, Sendable {
    case start(Post)
    case stop(String)
  }

  package struct Seat: Equatable, Sendable {
    package fileprivate(set) var post: Post
    package fileprivate(set) var state = State.running
    /// When it came into this state.
    package fileprivate(set) var since: Int64
    package fileprivate(set) var restarts = 0
    /// How often in a row it ended too early.
    fileprivate var failures = 0
    fileprivate var again: Int64 = 0
    /// Who takes the seat when it has ended.
    fileprivate var heir: Post?
  }

  package private(set) var seats: [Seat] = []
  private var isDraining = false

  private static let second: Int64 = 1_000_000_000
  private static let firstPause = second / 10
  private static let longestPause = 60 * second
  private static let probation = 60 * second
  /// Statuses of a command line and of a configuration that are wrong.
  private static let hopeless: Set<Int32> = [64, 78]

  package init() {}

  /// Whether nobody is at work any more.
  package var isEmpty: Bool { !seats.contains { $0.state == .running || $0.state == .stopping } }

  /// When to look again; nil for not before something happens.
  package var next: Int64? { seats.filter { $0.state == .waiting }.map(\.again).min() }

  /// Has these at work, and nobody else.
  package mutating func want(_ posts: [Post], at now: Int64) -> [Action] {
    if isDraining { return [] }
    var actions: [Action] = []
    for place in seats.indices.reversed() {
      let seat = seats[place]
      let post = posts.first { $0.name == seat.post.name }
      if post == seat.post {
        seats[place].heir = nil
        // One that was on its way out, and is wanted again as it was, comes back.
        if seat.state == .stopping { seats[place].heir = post }
        continue
      }
      switch seat.state {
      case .running:
        seats[place].heir = post
        set(place, .stopping, now)
        actions.append(.stop(seat.post.name))
      case .stopping: seats[place].heir = post
      case .waiting, .failed:
        if let post {
          actions.append(begin(place, post, now))
        } else {
          seats.remove(at: place)
        }
      }
    }
    for post in posts where !seats.contains(where: { $0.post.name == post.name }) {
      seats.append(Seat(post: post, since: now))
      actions.append(.start(post))
    }
    return actions
  }

  /// Takes in that one has ended, with an exit status, or of a signal.
  package mutating func ended(_ name: String, status: Int32?, at now: Int64) -> [Action] {
    guard let place = seats.firstIndex(where: { $0.post.name == name }) else { return [] }
    if seats[place].state == .stopping {
      guard let heir = seats[place].heir, !isDraining else {
        seats.remove(at: place)
        return []
      }
      return [begin(place, heir, now)]
    }
    if isDraining {
      seats.remove(at: place)
      return []
    }
    if let status, Roster.hopeless.contains(status) {
      set(place, .failed, now)
      return []
    }
    if now - seats[place].since >= Roster.probation { seats[place].failures = 0 }
    let doublings = min(seats[place].failures - 1, 10)
    let pause =
      doublings < 0 ? 0 : min(Roster.firstPause << Int64(doublings), Roster.longestPause)
    seats[place].failures += 1
    seats[place].again = now + pause
    set(place, .waiting, now)
    return tick(at: now)
  }

  /// Takes in that time has passed.
  package mutating func tick(at now: Int64) -> [Action] {
    var actions: [Action] = []
    for place in seats.indices where seats[place].state == .waiting && seats[place].again <= now {
      seats[place].restarts += 1
      actions.append(begin(place, seats[place].post, now))
    }
    return actions
  }

  /// Has all of them end, and nobody started any more.
  package mutating func drain(at now: Int64) -> [Action] {
    isDraining = true
    seats.removeAll { $0.state == .waiting || $0.state == .failed }
    var actions: [Action] = []
    for place in seats.indices where seats[place].state == .running {
      set(place, .stopping, now)
      actions.append(.stop(seats[place].post.name))
    }
    return actions
  }

  private mutating func begin(_ place: Int, _ post: Post, _ now: Int64) -> Action {
    if post != seats[place].post { seats[place].failures = 0 }
    seats[place].post = post
    seats[place].heir = nil
    set(place, .running, now)
    return .start(post)
  }

  private mutating func set(_ place: Int, _ state: State, _ now: Int64) {
    seats[place].state = state
    seats[place].since = now
  }
}
