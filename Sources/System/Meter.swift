internal import CLinux
package import Core
internal import Glibc
package import Values

/// Keeps this process within an allowance of processor time, by resting.
///
/// Processes of one pipe may share an allowance: its account is a page of memory whose file they
/// inherit. So whoever has most to do gets most of it, and all together stay within it.
///
/// Why each rests by itself, and nobody stops the others: a process that is stopped from outside
/// may hold the lock of a database. Here it rests where its own loop says so.
///
/// `@unchecked Sendable`: what was charged is read and written under the lock; the page is made to
/// be shared.
package final class Meter: @unchecked Sendable {
  /// Where a process finds the file of an account that it shares.
  package static let variable = "S4L_CPU_FD"

  private let allowance: Allowance
  private let account: Account
  /// How much this process has used.
  private let used: @Sendable () -> Int64
  private let lock = Lock()
  /// How much of that has been charged.
  private var charged: Int64 = 0

  /// What the end of a process uses, after it has been asked the last time.
  private static let farewell: Int64 = 2_000_000
  /// A rest is looked up from so often, to see whether we are told to stop.
  private static let glance: Int64 = 100_000_000

  /// Shares the account that the environment names; keeps one of its own where there is none.
  package convenience init(
    percent: Int, _ environment: Environment = .current()
  ) throws(Failure) {
    let allowance = Allowance(percent: percent)
    let file = environment[Meter.variable].flatMap { Int32($0) }
    if let shared = file.flatMap({ Account(shared: $0) }) {
      self.init(allowance, shared)
    } else {
      self.init(allowance, try Account())
    }
  }

  package init(
    _ allowance: Allowance, _ account: Account,
    used: @escaping @Sendable () -> Int64 = { Clock.used() }
  ) {
    self.allowance = allowance
    self.account = account
    self.used = used
    charged = -Meter.farewell
  }

  /// Charges what this process has used since it was last asked, and rests until that is paid for.
  /// To be called where nothing is held that others wait for.
  package func rest() {
    let paid = charge()
    while !Interrupt.isRequested {
      let rest = paid - Clock.elapsed()
      // A rest costs a little too: short ones are gathered.
      if rest < 1_000_000 { return }
      Clock.sleep(min(rest, Meter.glance))
    }
  }

  private func charge() -> Int64 {
    lock.enter()
    let used = used()
    let more = used - charged
    charged = used
    lock.leave()
    let now = Clock.elapsed()
    return account.change { allowance.paid($0, adding: more, at: now) }
  }
}

/// The moment by which all that was used of an allowance will have been paid for, in a page that
/// processes can share.
///
/// `@unchecked Sendable`: the page is only changed by a single step of the processor.
package final class Account: @unchecked Sendable {
  /// The file of the page, to be inherited by others.
  package let descriptor: Int32
  private let page: UnsafeMutablePointer<Int64>

  private static let size = 4_096
  /// Tells the page from any other file that somebody may have left open.
  private static let mark: Int64 = 0x7334_6C2D_6370_7521

  /// Begins one, in which nothing is owed.
  package init() throws(Failure) {
    let file = s4l_memory_file("s4l-account")
    if file < 0 { throw Failure(errno: errno, "memory") }
    descriptor = file
    guard ftruncate(file, off_t(Account.size)) == 0, let page = Account.map(file) else {
      let error = errno
      close(file)
      throw Failure(errno: error, "memory")
    }
    self.page = page
    page[0] = Account.mark
    page[1] = Clock.elapsed()
  }

  /// Joins the one behind a descriptor that was inherited; nil where there is none.
  package init?(shared file: Int32) {
    var size = Int64(0)
    guard s4l_memory_size(file, &size) == 0, size == Account.size, let page = Account.map(file)
    else { return nil }
    guard page[0] == Account.mark else {
      munmap(page, Account.size)
      return nil
    }
    descriptor = fcntl(file, F_DUPFD_CLOEXEC, 3)
    self.page = page
  }

  deinit {
    munmap(page, Account.size)
    close(descriptor)
  }

  private static func map(_ file: Int32) -> UnsafeMutablePointer<Int64>? {
    let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    if start == MAP_FAILED { return nil }
    return start?.assumingMemoryBound(to: Int64.self)
  }

  /// Puts a new moment in place of the old one, whoever else does the same; the answer is the new.
  package func change(_ body: (Int64) -> Int64) -> Int64 {
    while true {
      let old = s4l_load(page + 1)
      let new = body(old)
      if s4l_replace(page + 1, old, new) != 0 { return new }
    }
  }
}
