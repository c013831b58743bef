package import Core

/// Which files are meant, by what their names end in. Upper and lower case are one.
///
/// A name has an extension if there is a dot in its last part that is not its first letter: `.mkv`
/// is a hidden file without one.
package struct Extensions: Equatable, Sendable {
  /// Each as a number made of its letters, in lower case. So few are looked through faster than a
  /// set is asked.
  private var words: [UInt128] = []

  private static let longest = 16

  /// Films.
  package static let media = Extensions(
    trusted: "mkv mp4 m4v mov avi wmv flv webm ts m2ts mts mpg mpeg rm rmvb vob iso 3gp asf ogv "
      + "divx f4v")
  /// Photographs and other pictures, those that cameras write included.
  package static let images = Extensions(
    trusted: "jpg jpeg jpe png gif webp heic heif avif jxl bmp tif tiff svg psd raw dng arw cr2 "
      + "cr3 crw nef nrw orf pef raf rw2 srw x3f")
  /// Music, which is not taken for a medium unless it is asked for: a theme would become a film.
  package static let audio = Extensions(
    trusted: "mp3 flac m4a aac ogg opus wav wma ape alac")
  /// Subtitles, descriptions and pictures that lie beside a film.
  package static let sideCars = Extensions(
    trusted: "srt ass ssa sub idx sup vtt smi nfo jpg jpeg png webp lrc")

  private init(trusted list: String) {
    words = list.utf8.split(separator: UInt8(ascii: " ")).map { Extensions.word($0) }
  }

  /// The usual ones, changed by a list whose words are parted by commas or blanks: `+ext` adds,
  /// `-ext` takes away, and plain ones stand in place of all that are usual.
  package init(_ usual: Extensions, changedBy lists: [String]) throws(Failure) {
    var plain: [UInt128] = []
    var changes: [(adds: Bool, word: UInt128)] = []
    for list in lists {
      for item in list.utf8.split(whereSeparator: { $0 == 0x2C || $0 == 0x20 || $0 == 0x0A }) {
        let sign = item.first
        let isChange = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        let word = try Extensions.checked(item.dropFirst(isChange ? 1 : 0), in: Array(item))
        if isChange {
          changes.append((sign == UInt8(ascii: "+"), word))
        } else {
          plain.append(word)
        }
      }
    }
    var found = plain.isEmpty ? usual.words : []
    for (adds, word) in plain.map({ (true, $0) }) + changes {
      found.removeAll { $0 == word }
      if adds { found.append(word) }
    }
    words = found
  }

  private static func checked(
    _ letters: some Collection<UInt8>, in item: [UInt8]
  ) throws(Failure) -> UInt128 {
    let letters = Array(letters.first == UInt8(ascii: ".") ? letters.dropFirst() : letters[...])
    let isSound = letters.allSatisfy { byte in
      byte > 0x20 && byte != 0x7F && !"/\\*?.\"'+".utf8.contains(byte)
    }
    guard !letters.isEmpty, letters.count <= longest, isSound else {
      throw Failure(
        .usage, "", "\"\(Path.visible(item))\" is no extension, such as mkv, +mkv or -mkv")
    }
    return word(letters)
  }

  private static func word(_ letters: some Sequence<UInt8>) -> UInt128 {
    letters.reduce(0) { $0 << 8 | UInt128(lower($1)) }
  }

  @inline(__always)
  private static func lower(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }

  /// How many bytes of a name or path stand before the dot of its extension; nil if it has none.
  @inline(__always)
  package static func stem(of name: UnsafeRawBufferPointer) -> Int? {
    var at = name.count - 1
    while at > 0 {
      let byte = name[at]
      if byte == Path.slash { return nil }
      if byte == UInt8(ascii: ".") { return name[at - 1] == Path.slash ? nil : at }
      at -= 1
    }
    return nil
  }

  /// Whether a name or path ends in one of these.
  @inline(__always)
  package func contains(_ name: UnsafeRawBufferPointer) -> Bool {
    var word: UInt128 = 0
    var at = name.count - 1
    let least = max(0, name.count - 1 - Extensions.longest)
    while at > least, name[at] != UInt8(ascii: ".") {
      if name[at] == Path.slash { return false }
      at -= 1
    }
    guard at > 0, at < name.count - 1, name[at] == UInt8(ascii: "."), name[at - 1] != Path.slash
    else { return false }
    for place in at + 1..<name.count { word = word << 8 | UInt128(Extensions.lower(name[place])) }
    return words.contains(word)
  }

  package func contains(_ path: Path) -> Bool { path.bytes.withUnsafeBytes { contains($0) } }

  /// Where an extension stands among these, from 0: those named first are preferred.
  package func rank(_ name: UnsafeRawBufferPointer) -> Int {
    guard let stem = Extensions.stem(of: name) else { return words.count }
    let word = Extensions.word(name[(stem + 1)...])
    return words.firstIndex(of: word) ?? words.count
  }

  /// Both together.
  package func union(_ other: Extensions) -> Extensions {
    var both = self
    both.words += other.words.filter { !words.contains($0) }
    return both
  }
}
