internal import Core
internal import Store
internal import Values

/// Tells what a server means by the addresses in its answers: the folder itself, what lies in it,
/// or something that was not asked for.
///
/// Servers spell one address in many ways: whole or by path alone, with other letters encoded, with
/// or without a slash at its end, with slashes doubled. So paths are compared decoded, part by
/// part. The host does not count: behind a proxy many a server does not know its own name, and
/// nothing is ever asked of a host that an answer names.
struct Href {
  enum Meaning: Equatable {
    case itself
    case child([UInt8])
  }

  /// The parts of the path as the server calls them.
  private var base: [[UInt8]]
  /// How many of them are those of the location.
  private let above: Int
  private var isFirst = true

  /// For a folder or file at `path` below the `root` of a location.
  init(root: Path, _ path: Path) {
    base = root.parts.map(Array.init) + path.parts.map(Array.init)
    above = root.parts.count
  }

  mutating func meaning(_ text: UnsafeRawBufferPointer) throws(Failure) -> Meaning {
    let parts = try Href.parts(text)
    defer { isFirst = false }
    if let meaning = fit(parts) { return meaning }
    // A proxy may have put something before the path, or taken it away, of which the server does
    // not know. Then it shows at once, for most begin with the folder itself.
    if isFirst, isMoved(parts) {
      base = parts
      return .itself
    }
    let address = Path.visible(text)
    throw Failure(.unavailable, "", "the server tells of \(address), which lies elsewhere")
  }

  private func fit(_ parts: [[UInt8]]) -> Meaning? {
    if parts == base { return .itself }
    guard parts.count == base.count + 1, let name = parts.last, parts.starts(with: base) else {
      return nil
    }
    return .child(name)
  }

  /// Whether these are the parts of the folder but for some of those above the location.
  private func isMoved(_ parts: [[UInt8]]) -> Bool {
    if parts.count < base.count {
      return base.count - parts.count <= above && base.suffix(parts.count).elementsEqual(parts)
    }
    return !base.isEmpty && parts.suffix(base.count).elementsEqual(base)
  }

  /// The decoded parts of the path of an address.
  private static func parts(_ text: UnsafeRawBufferPointer) throws(Failure) -> [[UInt8]] {
    var rest = text[...]
    while let first = rest.first, first <= 0x20 { rest = rest.dropFirst() }
    while let last = rest.last, last <= 0x20 { rest = rest.dropLast() }
    if rest.first != Path.slash {
      guard let path = Href.path(ofWhole: rest) else { throw flaw(text) }
      rest = path
    }
    var parts: [[UInt8]] = []
    for part in rest.split(separator: Path.slash) {
      // What ends a path in an address would cut the name short.
      guard !part.contains(UInt8(ascii: "?")), !part.contains(UInt8(ascii: "#")),
        let name = WebPlace.decoded(part), !name.contains(Path.slash), !name.contains(0),
        !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8)
      else { throw flaw(text) }
      parts.append(name)
    }
    return parts
  }

  /// What follows the host of `http://host/path`.
  private static func path(
    ofWhole text: Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer>? {
    for scheme in ["http://", "https://"]
    where text.prefix(scheme.utf8.count).elementsEqual(scheme.utf8, by: { $0 | 0x20 == $1 }) {
      return text.dropFirst(scheme.utf8.count).drop { $0 != Path.slash }
    }
    return nil
  }

  private static func flaw(_ text: UnsafeRawBufferPointer) -> Failure {
    let address = Path.visible(text)
    return Failure(.unavailable, "", "the server tells an address that makes no sense: \(address)")
  }
}
