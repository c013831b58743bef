internal import Core
internal import Glibc
internal import Records
internal import System
internal import Values

/// Which stretches of a large draft have arrived, in a file beside it, `.s4l-HASH.part`.
///
/// Its first line tells the version of the file, the number of the draft and the boot of the
/// machine: what was written before a loss of power is not known to have reached the disk. Each
/// further line is a stretch, written once its bytes are, so that a process may be killed anywhere.
final class Logbook {
  private let folder: Folder
  private let name: [CChar]
  private let file: Descriptor
  private(set) var done: [Range<Int>]
  private(set) var isWorthKeeping: Bool

  /// A smaller file is sooner fetched again than gone on with.
  static let least = 64 << 20

  private init(
    _ folder: Folder, _ name: [CChar], _ file: consuming Descriptor, _ done: [Range<Int>]
  ) {
    self.folder = folder
    self.name = name
    self.file = file
    self.done = done
    isWorthKeeping = !done.isEmpty
  }

  /// Begins a logbook; nil where there is none to keep.
  init?(
    in folder: Folder, for target: ArraySlice<UInt8>, _ version: Fingerprint, _ draft: Inode
  ) {
    guard let title = Logbook.title(version), let boot = Logbook.boot else { return nil }
    self.folder = folder
    name = DraftName(for: target, ending: ".part").characters
    do { file = try folder.create(name, mode: 0o600) } catch { return nil }
    done = []
    isWorthKeeping = false
    write(Array("\(boot) \(draft.inode) \(title)\n".utf8))
  }

  /// What a killed run wrote of this version, and the number of its draft.
  static func find(
    in folder: Folder, for target: ArraySlice<UInt8>, _ version: Fingerprint
  ) -> (logbook: Logbook, inode: UInt64)? {
    guard let title = title(version), let boot else { return nil }
    let name = DraftName(for: target, ending: ".part").characters
    let file: Descriptor
    do { file = try folder.writing(name) } catch { return nil }
    let lines = text(of: file).split(separator: "\n", omittingEmptySubsequences: false)
    let words = lines.first.map { $0.split(separator: " ") } ?? []
    guard words.count == 4, words[0] == boot, words[2...].joined(separator: " ") == title,
      let inode = UInt64(words[1])
    else { return nil }
    // What stands behind the last newline was cut short, or is nothing.
    let done = stretches(lines.dropFirst().dropLast(), below: version.size ?? 0)
    _ = lseek(file.number, 0, SEEK_END)
    return (Logbook(folder, name, file, done), inode)
  }

  static func discard(in folder: Folder, for target: ArraySlice<UInt8>) {
    folder.abandon(DraftName(for: target, ending: ".part").characters)
  }

  func discard() { folder.abandon(name) }

  /// Notes a stretch. That a note could not be written costs no more than fetching it again.
  func add(_ stretch: Range<Int>) {
    isWorthKeeping = true
    write(Array("\(stretch.lowerBound) \(stretch.upperBound)\n".utf8))
  }

  private func write(_ line: [UInt8]) {
    _ = line.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
  }

  /// The size and the tag; a version without a tag cannot be told from another.
  private static func title(_ version: Fingerprint) -> String? {
    guard let size = version.size, size >= least, let etag = version.etag, !etag.isEmpty else {
      return nil
    }
    return "\(size) \(Hex.text(etag))"
  }

  /// Which boot of the machine this is.
  private static let boot: String? = {
    do throws(Failure) {
      let file = try Path(text: "/proc/sys/kernel/random/boot_id").openToRead()
      let text = text(of: file).prefix { $0 != "\n" }
      return text.isEmpty ? nil : String(text)
    } catch {
      return nil
    }
  }()

  private static func text(of file: borrowing Descriptor) -> String {
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while text.count < 4 << 20 {
      let count = pread(file.number, &piece, piece.count, off_t(text.count))
      if count <= 0 { break }
      text += piece[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The stretches that the lines tell, in order and apart.
  private static func stretches(_ lines: ArraySlice<Substring>, below size: Int) -> [Range<Int>] {
    let told = lines.compactMap { line -> Range<Int>? in
      let words = line.split(separator: " ")
      guard words.count == 2, let start = Int(words[0]), let end = Int(words[1]), start >= 0,
        start < end, end <= size
      else { return nil }
      return start..<end
    }
    var joined: [Range<Int>] = []
    for stretch in told.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, stretch.lowerBound <= last.upperBound {
        joined[joined.count - 1] =
          last.lowerBound..<max(last.upperBound, stretch.upperBound)
      } else {
        joined.append(stretch)
      }
    }
    return joined
  }
}
