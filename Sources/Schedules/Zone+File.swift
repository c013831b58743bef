package import Core
internal import System
internal import Values

/// Zones as they lie in /usr/share/zoneinfo, in the form that RFC 8536 describes.
extension Zone {
  /// A zone by its name, `Europe/Berlin`.
  package static func named(
    _ name: String, _ environment: Environment
  ) throws(Failure) -> Zone {
    if name == "UTC" { return utc }
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      part.first.map { $0 != UInt8(ascii: ".") } ?? false
    }
    guard isPlain, !name.utf8.contains(0) else { throw unknown(name) }
    let folder = environment["TZDIR"] ?? "/usr/share/zoneinfo"
    return try read(Path(text: folder).appending(Path(text: name)), name)
  }

  /// The zone of this machine: that of TZ, or else of /etc/localtime.
  package static func local(_ environment: Environment) throws(Failure) -> Zone {
    let text = environment["TZ"] ?? ""
    let name = text.utf8.first == UInt8(ascii: ":") ? String(text.dropFirst()) : text
    if name.isEmpty {
      let place = Path(text: "/etc/localtime")
      do throws(Failure) { return try read(place, "localtime") } catch {
        if error.kind == .absent { return utc }
        throw error
      }
    }
    if name.utf8.first == UInt8(ascii: "/") { return try read(Path(text: name), name) }
    do throws(Failure) { return try named(name, environment) } catch {
      // It may be a rule.
      guard error.kind == .usage, let rule = ZoneRule(text: Array(name.utf8)) else { throw error }
      return Zone(name: name, rule)
    }
  }

  private static func unknown(_ name: String) -> Failure {
    Failure(.usage, name, "no time zone of this name is known (Europe/Berlin is one)")
  }

  private static func read(_ path: Path, _ name: String) throws(Failure) -> Zone {
    let bytes: [UInt8]
    do throws(Failure) { bytes = try contents(of: path) } catch {
      throw error.kind == .absent && name != "localtime" ? unknown(name) : error
    }
    guard let zone = Zone(name: name, file: bytes) else {
      throw Failure(.data, "\(path)", "it is no time zone")
    }
    return zone
  }

  private static func contents(of path: Path) throws(Failure) -> [UInt8] {
    let file = try path.openToRead()
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer, path)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      // No zone is nearly as large as this.
      if bytes.count > 1 << 20 { throw Failure(.data, "\(path)", "it is no time zone") }
    }
  }

  init(name: String, _ rule: ZoneRule) {
    self.init(
      name: name,
      stretches: [Stretch(start: Zone.beginning, end: Zone.end, offset: rule.standard)], rule: rule)
  }

  /// Reads a file: a part for moments of 32 bits, which is passed over, one for 64, and a rule.
  package init?(name: String, file: [UInt8]) {
    var reader = ZoneReader(file)
    guard let old = reader.header(), old.version >= 0x32, reader.skip(old.length(4)),
      let new = reader.header(), new.types > 0
    else { return nil }
    var moments: [Int64] = []
    for _ in 0..<new.moments {
      guard let moment = reader.number(8) else { return nil }
      guard moments.last.map({ $0 < moment }) ?? true else { return nil }
      moments.append(moment)
    }
    guard let which = reader.bytes(new.moments) else { return nil }
    var offsets: [Int64] = []
    for _ in 0..<new.types {
      guard let offset = reader.number(4), offset.magnitude <= 26 * 3_600, reader.skip(2) else {
        return nil
      }
      offsets.append(offset)
    }
    guard which.allSatisfy({ Int($0) < offsets.count }),
      reader.skip(new.letters + new.leaps * 12 + new.standard + new.universal),
      let rule = reader.rule()
    else { return nil }
    var stretches = [Stretch(start: Zone.beginning, end: Zone.end, offset: offsets[0])]
    for (moment, type) in zip(moments, which) where moment > Zone.beginning && moment < Zone.end {
      stretches[stretches.count - 1].end = moment
      stretches.append(Stretch(start: moment, end: Zone.end, offset: offsets[Int(type)]))
    }
    self.init(name: name, stretches: stretches, rule: rule.isEmpty ? nil : ZoneRule(text: rule))
  }
}

private struct ZoneReader {
  let file: [UInt8]
  var at = 0

  init(_ file: [UInt8]) { self.file = file }

  struct Header {
    var version: UInt8
    var universal, standard, leaps, moments, types, letters: Int

    /// The length of what follows, with moments of so many bytes.
    func length(_ width: Int) -> Int {
      moments * (width + 1) + types * 6 + letters + leaps * (width + 4) + standard + universal
    }
  }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= file.count - at else { return nil }
    defer { at += count }
    return file[at..<at + count]
  }

  mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }

  /// A number of so many bytes, the highest first.
  mutating func number(_ width: Int) -> Int64? {
    guard let bytes = bytes(width) else { return nil }
    var number: Int64 = bytes.first.map { $0 >= 0x80 ? -1 : 0 } ?? 0
    for byte in bytes { number = number << 8 | Int64(byte) }
    return number
  }

  mutating func header() -> Header? {
    guard let mark = bytes(4), mark.elementsEqual("TZif".utf8), let version = bytes(1)?.first,
      skip(15)
    else { return nil }
    var counts: [Int] = []
    for _ in 0..<6 {
      guard let count = number(4), (0...100_000).contains(count) else { return nil }
      counts.append(Int(count))
    }
    return Header(
      version: version, universal: counts[0], standard: counts[1], leaps: counts[2],
      moments: counts[3], types: counts[4], letters: counts[5])
  }

  /// What stands between the last two ends of lines.
  mutating func rule() -> [UInt8]? {
    guard bytes(1)?.first == 10 else { return nil }
    let rest = file[at...]
    guard let end = rest.firstIndex(of: 10) else { return nil }
    return Array(rest[..<end])
  }
}
