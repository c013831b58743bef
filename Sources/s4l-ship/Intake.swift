internal import Command
internal import Core
internal import Glibc
internal import Shipping
internal import System
internal import Values

/// Reads lines as they come, and puts them where they wait.
final class Intake {
  private let backlog: Backlog
  private let shipment: Shipment
  private let least: Log.Level
  private let io: Standard
  private let passes: Bool
  private let loop: Loop
  private let origin: LogLine.Origin
  private var carry: [UInt8] = []
  private var chunk = [UInt8](repeating: 0, count: 65_536)
  private var lines = 0
  private var isFull = false
  private(set) var isOver = false

  /// What is longer is sent in pieces.
  private static let longest = 65_536

  init(
    _ backlog: Backlog, _ shipment: Shipment, least: Log.Level, _ io: Standard, passes: Bool,
    _ loop: Loop
  ) throws(Failure) {
    self.backlog = backlog
    self.shipment = shipment
    self.least = least
    self.io = io
    self.passes = passes
    self.loop = loop
    origin = LogLine.Origin(
      host: Machine.name, run: "\(getpid())-\(Clock.now().text)")
    listen()
  }

  func stop() {
    loop.forget(0)
    isOver = true
  }

  private func listen() { loop.watch(0, .reading) { [unowned self] _ in read() } }

  private func read() {
    let count = Glibc.read(0, &chunk, chunk.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return listen() }
    if count <= 0 {
      if !carry.isEmpty { take(carry) }
      return stop()
    }
    if passes { pass(chunk.prefix(count)) }
    carry += chunk.prefix(count)
    for line in Lines.taken(from: &carry) { take(line) }
    if carry.count > Intake.longest {
      take(carry)
      carry = []
    }
    shipment.go()
    listen()
  }

  private func take(_ line: [UInt8]) {
    if line.isEmpty { return }
    lines += 1
    do throws(Failure) {
      let line = try LogLine(line, number: lines, origin, at: Clock.now())
      if line.level < least || (backlog.isTight && line.level < .info) { return }
      try backlog.append(line.record)
      isFull = false
    } catch {
      // Whoever logs is not to wait, nor to end, for what becomes of the lines.
      if !isFull { io.log.error("lines are lost: \(error.message)") }
      isFull = true
    }
  }

  private func pass(_ bytes: ArraySlice<UInt8>) {
    do throws(Failure) {
      io.output.buffer.append(Array(bytes))
      try io.output.flush()
    } catch {
      io.log.error(error.message)
      stop()
    }
  }
}
