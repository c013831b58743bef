internal import CLinux
package import Core
internal import Glibc
package import Values

/// A number of tokens that processes share: who holds one may have one more file under way.
///
/// They are bytes of a file, and to hold one is to have it locked. So the kernel takes back what a
/// process held that is gone, however it ended, and there is nothing that a crash could leak.
///
/// One token is there from the start: a run takes it, waiting for it if need be, before any of its
/// stages is started, and keeps it while one of them lives. With it the stage that copies can
/// always go on. More are only taken if they are free, and given back as soon as a file is done:
/// nobody waits while holding what others wait for. Why not an equal share for each: a lone run
/// would have a part of what is there for all.
///
/// `@unchecked Sendable`: what changes is read and written under the lock.
package final class Tokens: @unchecked Sendable {
  /// Where a stage finds the file, in which the run holds a token for it.
  package static let variable = "S4L_TOKENS_FD"

  /// Where it finds how many files may be under way at all.
  package static let most = "S4L_MOST_FILES"

  private let file: Descriptor
  private let count: Int
  private let lock = Lock()
  /// How many of ours have a file under way.
  private var busy = 0
  /// What is held beside the token that is there from the start.
  private var lent: [Int64] = []
  /// Where a free one is looked for first.
  private var next: Int64
  /// All were taken: it is not looked again before this moment.
  private var barren: Int64 = 0
  private var isLooking = false

  /// A token is looked for so often while there is none.
  package static let glance: Int64 = 20_000_000
  /// Whoever waits for the first token holds this byte: nobody takes a further one meanwhile.
  private static let turn: Int64 = 0

  private init(_ file: consuming Descriptor, _ count: Int) {
    self.file = file
    self.count = count
    // Far from where others begin.
    next = Int64(getpid()) &* 7_919 % Int64(count)
  }

  /// Joins those of whom this process is a stage; nil where there is none to join.
  package convenience init?(of count: Int, _ environment: Environment) {
    guard count > 0, let inherited = environment[Tokens.variable].flatMap({ Int32($0) })
    else { return nil }
    // Opened anew: what is locked by way of the inherited one is the run's.
    let number = s4l_open_again(inherited)
    if number < 0 { return nil }
    self.init(Descriptor(owning: number), count)
  }

  // MARK: The first of a run

  /// A token that is held for as long as this lives, or anybody who inherited the descriptor.
  package final class First {
    private let file: Descriptor

    fileprivate init(_ file: consuming Descriptor) { self.file = file }

    package var descriptor: Int32 { file.number }
  }

  /// Takes the first token of a run, and waits for it; nil if we were told to stop. The file is
  /// made if it is missing. `whenWaiting` is called once, if it has to be waited for.
  package static func first(
    of count: Int, _ path: Path, whenWaiting: () -> Void = {}
  ) throws(Failure) -> First? {
    let number = path.withCString {
      open($0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    if number < 0 { throw Failure(errno: errno, path) }
    let tokens = Tokens(Descriptor(owning: number), max(count, 1))
    var isOurTurn = false
    var isWaiting = false
    while !Interrupt.isRequested {
      if !isOurTurn { isOurTurn = try tokens.hold(turn, path) }
      if isOurTurn, try tokens.find(path) != nil {
        _ = s4l_free_byte(tokens.file.number, turn)
        return First(Descriptor(owning: try tokens.copy(path)))
      }
      if !isWaiting { whenWaiting() }
      isWaiting = true
      Clock.sleep(glance)
    }
    return nil
  }

  /// The same open file under another number: what it has locked stays so.
  private func copy(_ path: Path) throws(Failure) -> Int32 {
    let number = fcntl(file.number, F_DUPFD_CLOEXEC, 3)
    if number < 0 { throw Failure(errno: errno, path) }
    return number
  }

  // MARK: While files are copied

  /// Takes a token if one can be had: for the first file under way there always is.
  package func enter() -> Bool {
    lock.enter()
    defer { lock.leave() }
    return grab()
  }

  /// Takes one, and waits for it; false if we were told to stop. For threads: one of them looks
  /// for all that wait.
  package func waitToEnter() -> Bool {
    lock.enter()
    defer { lock.leave() }
    while !Interrupt.isRequested {
      if grab() { return true }
      if isLooking {
        lock.wait()
        continue
      }
      isLooking = true
      lock.leave()
      Clock.sleep(Tokens.glance)
      lock.enter()
      isLooking = false
      lock.wake()
    }
    lock.wake()
    return false
  }

  /// A file is done: what it was lent goes back.
  package func leave() {
    lock.enter()
    defer { lock.leave() }
    busy -= 1
    if lent.count > max(busy - 1, 0), let last = lent.popLast() {
      _ = s4l_free_byte(file.number, last)
    }
    lock.wake()
  }

  private func grab() -> Bool {
    if busy == 0 || lent.count >= busy || borrow() {
      busy += 1
      return true
    }
    return false
  }

  private func borrow() -> Bool {
    let now = Clock.elapsed()
    guard now >= barren else { return false }
    barren = now + Tokens.glance / 2
    // Where it cannot be told whether somebody waits, somebody does.
    guard s4l_is_byte_held(file.number, Tokens.turn) == 0 else { return false }
    do throws(Failure) {
      guard let token = try find(Path()) else { return false }
      lent.append(token)
      barren = 0
      return true
    } catch {
      return false
    }
  }

  // MARK: In the file

  private func find(_ path: Path) throws(Failure) -> Int64? {
    for step in 0..<Int64(count) {
      let token = 1 + (next + step) % Int64(count)
      if lent.contains(token) { continue }
      guard try hold(token, path) else { continue }
      next = token % Int64(count)
      return token
    }
    return nil
  }

  private func hold(_ place: Int64, _ path: Path) throws(Failure) -> Bool {
    if s4l_hold_byte(file.number, place) == 0 { return true }
    let error = errno
    if error == EAGAIN || error == EACCES || error == EINTR { return false }
    throw Failure(errno: error, path)
  }
}
