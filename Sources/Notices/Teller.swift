internal import Core
internal import HTTP
internal import System
internal import Values

/// Tells one server of changes: once it is quiet, one request at a time.
///
/// A server that is away, or busy, is tried again a few times, later each time. What it does not
/// take is told on standard error, and then forgotten: it scans of its own accord sooner or later,
/// and a run is not to fail for it.
final class Teller {
  private let server: MediaServer
  private let library: Path
  private let courier: Courier
  private let log: Log
  private var pending = Pending()
  private var first: Int64 = 0
  private var last: Int64 = 0
  private var calls: [Call] = []
  private var isCalling = false
  private let retries: Int
  private let loop: Loop
  /// How often the first of the calls was tried again, and when it will be.
  private var tries = 0
  private var again: Loop.Timer?
  /// Why it was tried again last.
  private var trouble: String?
  /// What is put between the address and the path of a call: found out once.
  private var prefix = ""
  private var isTried = false
  private(set) var told = 0

  /// As long as it never becomes quiet, it is told so many times more seldom.
  private static let patience: Int64 = 10
  /// How long the first pause is, and the longest.
  private static let pause: Int64 = 250_000_000
  private static let longestPause: Int64 = 30_000_000_000

  init(
    _ server: MediaServer, _ library: Path, retries: Int, _ loop: Loop, _ log: Log
  ) throws(Failure) {
    self.server = server
    self.library = library
    self.retries = retries
    self.loop = loop
    self.log = log
    var manner = Courier.Manner(connect: Call.connecting, stall: Call.timeout, most: 1)
    manner.authorities = server.authorities
    manner.isInsecure = server.isInsecure
    courier = try Courier(loop, manner)
    if server.isInsecure { log.warn("\(server.name): any certificate is accepted, as configured") }
  }

  var isBusy: Bool { isCalling || !calls.isEmpty }

  func saw(_ change: Change, _ path: Path, at now: Int64) {
    if pending.isEmpty { first = now }
    last = now
    pending.add(change, path)
  }

  /// When it is to be told; nil while there is nothing, or an earlier call is under way.
  var due: Int64? {
    if pending.isEmpty || isBusy { return nil }
    let quiet = server.quiet.nanoseconds
    let most = quiet.multipliedReportingOverflow(by: Teller.patience)
    return min(last &+ quiet, most.overflow ? .max : first &+ most.partialValue)
  }

  func tick(at now: Int64) {
    if let due, due <= now { flush() }
  }

  /// Tells what there is, without waiting until it is quiet.
  func flush() {
    if pending.isEmpty { return }
    let isWhole = pending.isWhole
    calls += Call.all(pending.take(), isWhole: isWhole, in: library, server)
    next()
  }

  private func next() {
    guard !isCalling, again == nil, let call = calls.first else { return }
    isCalling = true
    courier.start(call.exchange(server, below: prefix)) { [self] result in
      isCalling = false
      heard(call, result)
      next()
    }
  }

  private func heard(_ call: Call, _ result: Result<Answer, Trouble>) {
    switch result {
    case .success(let answer):
      // Emby is often found below a folder of its own.
      if answer.status == 404, server.dialect == .emby, !isTried {
        isTried = true
        prefix = "/emby"
        return
      }
      if let objection = call.objection(answer, server) {
        return Call.mayPass(answer) ? tryAgain(objection) : giveUp(objection)
      }
      (tries, trouble) = (0, nil)
      calls.removeFirst()
      told += call.count
      log.debug("\(server.name) was told", ["changes": "\(call.count)"])
    case .failure(let trouble):
      Call.mayPass(trouble) ? tryAgain(trouble.reason) : giveUp(trouble.reason)
    }
  }

  private func tryAgain(_ reason: String) {
    guard tries < retries else { return giveUp(reason) }
    let pause = min(Teller.pause << Int64(min(tries, 10)), Teller.longestPause)
    tries += 1
    trouble = reason
    log.debug("\(server.name): \(reason); it is tried again", ["try": .integer(tries)])
    again = loop.after(pause) { [weak self] in
      self?.again = nil
      self?.next()
    }
  }

  /// What one call has met, the next would meet too.
  private func giveUp(_ reason: String) {
    let count = calls.reduce(pending.count) { $0 + $1.count }
    let named = (calls.flatMap(\.paths) + pending.paths).prefix(Call.mostNamed)
    let more = count > named.count ? " and others" : ""
    let names = named.isEmpty ? "" : " (\(named.map { "\($0)" }.joined(separator: ", "))\(more))"
    if let again { loop.cancel(again) }
    (calls, tries, again, trouble) = ([], 0, nil, nil)
    if told == 0 { (prefix, isTried) = ("", false) }
    let changes = count == 1 ? "1 change" : "\(count) changes"
    log.warn("\(server.name): it was not told of \(changes): \(reason)\(names)")
  }

  /// Forgets what is left, as there is no more time.
  func abandon() {
    if isBusy || !pending.isEmpty { giveUp(trouble ?? "it has not answered in time") }
  }
}
