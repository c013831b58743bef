internal import Core
internal import Glibc
internal import LogFiles
internal import Metrics
internal import System
internal import Values

/// What we and all that we started say, line by line, in the order in which it was said: to
/// standard error, whose file ends in time, and to whom ships it.
///
/// It all comes in by one pipe. Children write as to any other; we ourselves never wait for room in
/// it, as nobody else would make some.
final class Journal {
  private let loop: Loop
  private let reader: Descriptor
  private let writer: Descriptor
  private let voice: Descriptor
  private var file: LogFile?
  private let packer: Packer
  private var carry: [UInt8] = []
  private var chunk = [UInt8](repeating: 0, count: 65_536)
  private var hasFailed = false
  /// Is told of what goes wrong with the log itself.
  var say: (String) -> Void = { _ in } {
    didSet { packer.say = say }
  }
  /// Where lines go to be shipped, if they are.
  let freight: Freight

  /// Where lines are counted, if anybody asks for numbers.
  var leaflet: Leaflet?

  /// What is longer goes on as if it were several lines.
  private static let longest = 65_536

  init(
    _ place: Places, _ configuration: Configuration, _ tools: Tools, _ loop: Loop
  ) throws(Failure) {
    self.loop = loop
    let ends = try Pipe().release()
    reader = Descriptor(owning: ends.reader)
    writer = Descriptor(owning: ends.writer)
    Pipe.widen(writer.number)
    voice = try Pipe.impatient(writer.number)
    freight = Freight(loop)
    let rule = Journal.rotation(configuration)
    file = LogFile(place.logFile, 2, rule, at: Clock.now().seconds)
    packer = Packer(loop, tools)
    packer.isWanted = Journal.packs(configuration)
    _ = fcntl(reader.number, F_SETFL, O_NONBLOCK)
    loop.watch(reader.number, .reading) { [unowned self] _ in read() }
  }

  /// Our own way in.
  var descriptor: Int32 { voice.number }
  /// That of children.
  var errors: Child.Hearing { .descriptor(writer.number) }

  func follow(_ configuration: Configuration) {
    file?.rotation = Journal.rotation(configuration)
    packer.isWanted = Journal.packs(configuration)
  }

  private static func rotation(_ configuration: Configuration) -> Rotation {
    let group = configuration.group("daemon")
    let period = group?.text("log_rotation").flatMap { Rotation.Period(rawValue: $0) }
    return Rotation(
      period ?? .daily,
      most: group?.text("log_max_size").flatMap { Size(text: $0) }.map { Int64($0.bytes) } ?? 0,
      keep: group?.integer("log_keep") ?? 0)
  }

  private static func packs(_ configuration: Configuration) -> Bool {
    configuration.group("daemon")?.flag("log_compress") ?? true
  }

  // MARK: Lines

  private func read() {
    while true {
      let count = Glibc.read(reader.number, &chunk, chunk.count)
      if count <= 0 { return }
      hear(chunk[..<count])
      if count < chunk.count { return }
    }
  }

  /// Takes in what whoever ships has to say, which is not shipped itself.
  func hearShip(_ piece: UnsafeRawBufferPointer) { write(Array(piece)) }

  private func hear(_ piece: ArraySlice<UInt8>) {
    carry += piece
    guard let end = carry.lastIndex(of: 10) else {
      if carry.count > Journal.longest { finish() }
      return
    }
    let lines = Array(carry[...end])
    carry.removeFirst(lines.count)
    write(lines)
    freight.load(lines)
  }

  private func finish() {
    if carry.isEmpty { return }
    carry.append(10)
    write(carry)
    freight.load(carry)
    carry = []
  }

  private func write(_ lines: [UInt8]) {
    count(lines)
    turn(lines.count)
    var rest = lines[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // Where standard error cannot be written there is nobody left to tell.
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  private func count(_ lines: [UInt8]) {
    guard let leaflet else { return }
    var found: [String: Int] = [:]
    for line in lines.split(separator: 10) {
      found[Log.Level(ofLine: line)?.name ?? "unknown", default: 0] += 1
    }
    leaflet.change { samples in
      for (level, count) in found {
        samples.add(.logEntries, Series.logEntries.key("", [("level", level)]), Double(count))
      }
    }
  }

  /// Writes what was said until now: nothing is left in the pipe when we are no more.
  func drain() {
    read()
    finish()
    leaflet?.publish()
  }

  // MARK: Files

  /// Looks whether somebody has moved the log away.
  func look() {
    leaflet?.publish()
    guard let file else { return }
    attempt { () throws(Failure) in try file.follow(at: Clock.now().seconds) }
  }

  /// Sees to what was left by one that was killed.
  func tidy() {
    guard let file else { return }
    attempt { () throws(Failure) in
      try file.tidy()
      packer.pack(try file.unpacked())
    }
  }

  private func turn(_ count: Int) {
    guard let file else { return }
    attempt { () throws(Failure) in
      if try file.prepare(for: count, at: Clock.now().seconds) {
        try file.tidy()
        packer.pack(try file.unpacked())
      }
    }
  }

  /// What fails is told, but once: the log itself goes on as it is.
  private func attempt(_ body: () throws(Failure) -> Void) {
    do throws(Failure) {
      try body()
      hasFailed = false
    } catch {
      if hasFailed { return }
      hasFailed = true
      say("the log cannot be ended: \(error.message)")
    }
  }
}
