/// Which paths a listing speaks of: patterns to leave out, patterns to keep, hidden names.
///
/// What a filter leaves out is protected: two listings are compared through the same filter, so a
/// file that was not looked at is never taken for deleted. The filter therefore travels in the head
/// of a stream, as the texts that `rules` gives.
package struct Filter: Hashable, Sendable {
  package var excluded: [Pattern] = []
  package var included: [Pattern] = []
  package var listsHidden = true
  /// Kinds of files, by what their names end in; if there are any, only these are listed, beside
  /// those that are included.
  package var media: Set<Medium> = []

  package enum Medium: String, CaseIterable, Sendable {
    case images, videos

    var extensions: Extensions {
      switch self {
      case .images: .images
      case .videos: .media
      }
    }
  }

  package init() {}

  package var isEmpty: Bool { excluded.isEmpty && included.isEmpty && media.isEmpty && listsHidden }

  /// What nobody wants to sync, hidden files aside: temporaries, backups, droppings of file
  /// managers.
  package static let clutter: [Pattern] =
    [
      .ending("~"), .ending(".tmp"), .named(".DS_Store"), .named("Thumbs.db"), .ending(".bak"),
      .ending(".swp"),
    ]

  /// Leaves out clutter and hidden files too.
  package mutating func leaveOutClutter() {
    excluded += Filter.clutter
    listsHidden = false
  }

  /// Whether it looks at the names of files and folders alone, and not at where they lie.
  package var looksAtNames: Bool {
    included.isEmpty && excluded.allSatisfy(\.isOfNames)
  }

  package var rules: [String] {
    excluded.map { "exclude=" + $0.text } + included.map { "include=" + $0.text }
      + Medium.allCases.filter(media.contains).map { "only=" + $0.rawValue }
      + (listsHidden ? [] : ["hidden=no"])
  }

  package init(rules: [String]) throws(Pattern.Flaw) {
    for rule in rules {
      if rule == "hidden=no" {
        listsHidden = false
      } else if let medium = Medium.allCases.first(where: { rule == "only=" + $0.rawValue }) {
        media.insert(medium)
      } else if rule.utf8.starts(with: "exclude=".utf8) {
        excluded.append(try Pattern(String(rule.unicodeScalars.dropFirst(8))))
      } else if rule.utf8.starts(with: "include=".utf8) {
        included.append(try Pattern(String(rule.unicodeScalars.dropFirst(8))))
      } else {
        throw Pattern.Flaw(reason: "unknown filter rule \"\(rule)\"")
      }
    }
  }

  /// Whether a folder, whose parents pass, is to be looked into. The path has no slash at its end.
  package func descends(into folder: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> Bool {
    if !listsHidden, name.first == UInt8(ascii: ".") { return false }
    return !excluded.contains { $0.matches(folder, isFolder: true) }
  }

  /// Whether a folder itself, whose parents pass, is to be named (its contents aside).
  package func names(_ folder: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> Bool {
    if !listsHidden, name.first == UInt8(ascii: ".") { return false }
    return !excluded.contains { !$0.isContents && $0.matches(folder, isFolder: true) }
  }

  /// Whether a file, whose parents pass, is to be listed.
  package func lists(_ file: UnsafeRawBufferPointer, name: UnsafeRawBufferPointer) -> Bool {
    if !listsHidden, name.first == UInt8(ascii: ".") { return false }
    if excluded.contains(where: { $0.matches(file, isFolder: false) }) { return false }
    if included.isEmpty && media.isEmpty { return true }
    return media.contains { $0.extensions.contains(name) } || includes(file)
  }

  private func includes(_ file: UnsafeRawBufferPointer) -> Bool {
    if included.contains(where: { $0.matches(file, isFolder: false) }) { return true }
    for (place, byte) in file.enumerated() where byte == Path.slash && place > 0 {
      let folder = UnsafeRawBufferPointer(rebasing: file[..<place])
      if included.contains(where: { $0.matches(folder, isFolder: true) }) { return true }
    }
    return false
  }

  /// Whether a whole path passes, every folder above it looked at as well.
  package func passes(_ path: UnsafeRawBufferPointer) -> Bool {
    if isEmpty { return true }
    let isFolder = path.last == Path.slash
    let end = isFolder ? path.count - 1 : path.count
    var start = 0
    for place in 0..<max(end, 0) where path[place] == Path.slash {
      let folder = UnsafeRawBufferPointer(rebasing: path[..<place])
      if !descends(into: folder, name: UnsafeRawBufferPointer(rebasing: path[start..<place])) {
        return false
      }
      start = place + 1
    }
    if end <= 0 { return true }
    let whole = UnsafeRawBufferPointer(rebasing: path[..<end])
    let name = UnsafeRawBufferPointer(rebasing: path[start..<end])
    return isFolder ? names(whole, name: name) : lists(whole, name: name)
  }
}
