/// A glob over paths, matched byte by byte.
///
/// `*` and `?` stop at a slash, `**` does not, `[a-z]` and `[!a-z]` are sets, `\` takes the next
/// byte as it is. A leading slash ties the pattern to the root; otherwise it matches at any depth.
/// A trailing slash means folders only. `folder/*` and `folder/**` mean all that `folder` holds.
///
/// Why a simulated automaton rather than backtracking: patterns come from strangers' configuration,
/// and `*a*a*a*b` must not take exponential time.
package struct Pattern: Hashable, Sendable {
  private enum Token: Hashable, Sendable {
    case byte(UInt8)
    case one
    case set(members: Set<UInt8>)
    case star
    case deep
    /// Nothing, or any number of whole folders.
    case folders
  }

  package let text: String
  private let tokens: [Token]
  /// How many states the automaton has: what a match costs for each byte of a path.
  var states: Int { tokens.count + 1 }
  private let foldersOnly: Bool
  /// Whether it is tied to no place: it then matches the same names in every folder.
  var isOfNames: Bool {
    tokens.first == .folders && !isContents
      && tokens.dropFirst().allSatisfy { token in
        switch token {
        case .byte(let byte): byte != Path.slash
        case .set(let members): !members.contains(Path.slash)
        case .one, .star: true
        case .deep, .folders: false
        }
      }
  }
  /// Whether the pattern speaks of all that a folder holds; the tokens then match that folder.
  package let isContents: Bool

  /// The pattern of names that end in these plain letters.
  package static func ending(_ letters: String) -> Pattern {
    Pattern(plain: [.folders, .star], letters, text: "*" + letters)
  }

  /// The pattern of one plain name.
  package static func named(_ letters: String) -> Pattern {
    Pattern(plain: [.folders], letters, text: letters)
  }

  private init(plain start: [Token], _ letters: String, text: String) {
    self.text = text
    tokens = start + letters.utf8.map { .byte($0) }
    foldersOnly = false
    isContents = false
  }

  /// Why a text is no pattern.
  package struct Flaw: Error, Equatable {
    package let reason: String
  }

  package init(_ text: String) throws(Flaw) {
    var rest = Array(text.utf8)[...]
    if rest.isEmpty { throw Flaw(reason: "a pattern may not be empty") }
    var tokens: [Token] = []
    if rest.first == Path.slash {
      rest = rest.drop { $0 == Path.slash }
    } else {
      tokens.append(.folders)
    }
    var ending = 0
    if rest.count > 2, rest.suffix(2).elementsEqual("/*".utf8) { ending = 2 }
    if rest.count > 3, rest.suffix(3).elementsEqual("/**".utf8) { ending = 3 }
    // "**/*" is no folder's contents: "**/" may stand for no folder at all.
    let isAnyDepth = rest.dropLast(ending).split(separator: Path.slash).allSatisfy { part in
      part.count > 1 && part.allSatisfy { $0 == UInt8(ascii: "*") }
    }
    if isAnyDepth { ending = 0 }
    isContents = ending > 0
    foldersOnly = isContents || rest.last == Path.slash
    rest = rest.dropLast(ending)
    while rest.last == Path.slash { rest.removeLast() }
    if rest.isEmpty { throw Flaw(reason: "a pattern must name something") }
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "?"): tokens.append(.one)
      case UInt8(ascii: "["): tokens.append(try Pattern.set(&rest))
      case UInt8(ascii: "*"):
        guard rest.first == UInt8(ascii: "*") else {
          tokens.append(.star)
          continue
        }
        rest = rest.drop { $0 == UInt8(ascii: "*") }
        let startsPart = tokens.isEmpty || tokens == [.folders] || tokens.last == .byte(Path.slash)
        if startsPart, rest.first == Path.slash {
          rest.removeFirst()
          if tokens.last != .folders { tokens.append(.folders) }
        } else {
          tokens.append(.deep)
        }
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else {
          throw Flaw(reason: "a pattern may not end in a lone backslash")
        }
        tokens.append(.byte(next))
      default: tokens.append(.byte(byte))
      }
    }
    self.text = text
    self.tokens = tokens
  }

  private static func set(_ rest: inout ArraySlice<UInt8>) throws(Flaw) -> Token {
    var members: Set<UInt8> = []
    let negated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
    if negated { rest.removeFirst() }
    var isFirst = true
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "]"), !isFirst {
        return .set(members: negated ? Set(0...255).subtracting(members) : members)
      }
      isFirst = false
      var low = byte
      if byte == UInt8(ascii: "\\"), let next = rest.popFirst() { low = next }
      if rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first,
        high != UInt8(ascii: "]")
      {
        rest.removeFirst(2)
        var high = high
        if high == UInt8(ascii: "\\"), let next = rest.popFirst() { high = next }
        guard low <= high else { throw Flaw(reason: "a range in a pattern runs backwards") }
        members.formUnion(low...high)
      } else {
        members.insert(low)
      }
    }
    throw Flaw(reason: "a pattern has an open [")
  }

  /// Whether the pattern names this path (without a slash at its end).
  package func matches(_ path: UnsafeRawBufferPointer, isFolder: Bool) -> Bool {
    if foldersOnly, !isFolder { return false }
    var states = [Bool](repeating: false, count: tokens.count + 1)
    enter(0, &states)
    var next = states
    for byte in path {
      for place in next.indices { next[place] = false }
      for (place, token) in tokens.enumerated() where states[place] {
        switch token {
        case .byte(let wanted): if wanted == byte { enter(place + 1, &next) }
        case .one: if byte != Path.slash { enter(place + 1, &next) }
        case .set(let members):
          if byte != Path.slash, members.contains(byte) { enter(place + 1, &next) }
        case .star: if byte != Path.slash { enter(place, &next) }
        case .deep: enter(place, &next)
        case .folders:
          next[place] = true
          if byte == Path.slash { enter(place + 1, &next) }
        }
      }
      swap(&states, &next)
    }
    return states[tokens.count]
  }

  package func matches(_ path: Path) -> Bool {
    path.trimmed.bytes.withUnsafeBytes { matches($0, isFolder: path.isFolder) }
  }

  /// Puts the automaton into a state, and into those that follow it without a byte.
  private func enter(_ place: Int, _ states: inout [Bool]) {
    states[place] = true
    guard place < tokens.count else { return }
    switch tokens[place] {
    case .star, .deep, .folders: if !states[place + 1] { enter(place + 1, &states) }
    case .byte, .one, .set: break
    }
  }
}
