package import Core
internal import Values

/// A file of sections and settings, as the shared files of the AWS tools are written.
///
/// `[section]`, `name = value`, and indented lines below a name without a value that make a block
/// of their own. A `#` or `;` at the start of a line or after a blank begins a comment. Values are
/// kept as secrets, since some are.
package struct Ini: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    /// In lower case.
    package var name: String
    package var value: Secret
    package var line: Int
    /// The settings of its block.
    package var block: [Entry] = []

    package var text: String { value.reveal { String(decoding: $0, as: UTF8.self) } }
  }

  package struct Section: Equatable, Sendable {
    /// The first word between the brackets; it says of which kind the section is.
    package var kind: String
    /// The second word, without quotes; nil if there is none.
    package var name: String?
    package var line: Int
    package var entries: [Entry] = []
  }

  package private(set) var sections: [Section] = []

  package init() {}

  /// Reads a file's contents; `file` is what messages call it.
  package init(_ bytes: [UInt8], file: String) throws(Failure) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    var number = 0
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      number += 1
      do throws(Flaw) { try read(line, number) } catch {
        throw Failure(.config, "\(file):\(number)", error.reason)
      }
    }
  }

  private struct Flaw: Error { let reason: String }

  private mutating func read(_ line: ArraySlice<UInt8>, _ number: Int) throws(Flaw) {
    let isIndented = line.first.map(Ini.isBlank) ?? false
    let text = Ini.trimmed(Ini.withoutComment(line))
    guard let first = text.first else { return }
    if isIndented, let section = sections.indices.last, let entry = sections[section].entries.last {
      try add(text, number, to: entry, of: section)
    } else if first == UInt8(ascii: "[") {
      try open(text, number)
    } else {
      guard let section = sections.indices.last else {
        throw Flaw(reason: "expected a section, such as [default]")
      }
      let entry = try Ini.entry(text, number)
      sections[section].entries.removeAll { $0.name == entry.name }
      sections[section].entries.append(entry)
    }
  }

  /// An indented line belongs to the block of the name above, or goes on with its value.
  private mutating func add(
    _ text: ArraySlice<UInt8>, _ number: Int, to entry: Entry, of section: Int
  ) throws(Flaw) {
    let last = sections[section].entries.count - 1
    if entry.value.isEmpty {
      sections[section].entries[last].block.append(try Ini.entry(text, number))
    } else {
      sections[section].entries[last].value = Secret(entry.value.reveal { $0 + [10] + text })
    }
  }

  private mutating func open(_ text: ArraySlice<UInt8>, _ number: Int) throws(Flaw) {
    guard let end = text.lastIndex(of: UInt8(ascii: "]")) else {
      throw Flaw(reason: "a section has no closing bracket")
    }
    let inner = Ini.trimmed(text[(text.startIndex + 1)..<end])
    let kind = inner.prefix { !Ini.isBlank($0) }
    var name = Ini.trimmed(inner[kind.endIndex...])
    if name.count > 1, let quote = name.first, quote == 0x22 || quote == 0x27, name.last == quote {
      name = name.dropFirst().dropLast()
    }
    guard !kind.isEmpty else { throw Flaw(reason: "a section has no name") }
    let opened = Section(
      kind: String(decoding: kind, as: UTF8.self),
      name: name.isEmpty ? nil : String(decoding: name, as: UTF8.self), line: number)
    // What comes again goes on.
    if let place = sections.firstIndex(where: { $0.kind == opened.kind && $0.name == opened.name })
    {
      sections.append(sections.remove(at: place))
    } else {
      sections.append(opened)
    }
  }

  private static func entry(_ text: ArraySlice<UInt8>, _ number: Int) throws(Flaw) -> Entry {
    let equals = text.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
    guard let equals, equals > text.startIndex else {
      throw Flaw(reason: "expected NAME = VALUE")
    }
    let name = trimmed(text[..<equals])
    let value = trimmed(text[(equals + 1)...])
    return Entry(
      name: String(decoding: name, as: UTF8.self).lowercased(), value: Secret(Array(value)),
      line: number)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = text.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }

  private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var isAfterBlank = true
    for place in line.indices {
      let byte = line[place]
      if isAfterBlank, byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") {
        return line[..<place]
      }
      isAfterBlank = isBlank(byte)
    }
    return line
  }
}
