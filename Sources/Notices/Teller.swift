internal import Core
internal import HTTP
internal import System
internal import Values

/// Tells one server of changes: once it is quiet, one request at a time, and never twice.
///
/// What the server does not take is told on standard error, and then forgotten: it scans of its own
/// accord sooner or later, and a run is not to fail for it.
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
  /// What is put between the address and the path of a call: found out once.
  private var prefix = ""
  private var isTried = false
  private(set) var told = 0

  /// As long as it never becomes quiet, it is told so many times more seldom.
  private static let patience: Int64 = 10

  init(_ server: MediaServer, _ library: Path, _ loop: Loop, _ log: Log) throws(Failure) {
    self.server = server
    self.library = library
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
    guard !isCalling, let call = calls.first else { return }
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
      if let objection = call.objection(answer, server) { return giveUp(objection) }
      calls.removeFirst()
      told += call.count
      log.debug("\(server.name) was told", ["changes": "\(call.count)"])
    case .failure(let trouble): giveUp(trouble.reason)
    }
  }

  /// What one call has met, the next would meet too.
  private func giveUp(_ reason: String) {
    let count = calls.reduce(pending.count) { $0 + $1.count }
    calls = []
    if told == 0 { (prefix, isTried) = ("", false) }
    log.warn("\(server.name): it was not told of \(count) changes: \(reason)")
  }

  /// Forgets what is left, as there is no more time.
  func abandon() {
    if isBusy || !pending.isEmpty { giveUp("it has not answered in time") }
  }
}
