package import Values

/// `.s4l-HASH.tmp`, the name that a draft of ours has beside its target. It is made from the
/// target's, so that whoever comes after a kill finds what was left, and fits wherever that does.
/// It takes no memory of its own.
package struct DraftName {
  private var letters: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// An ending is of six bytes at most, with its dot.
  package init(for target: some Sequence<UInt8>, ending: StaticString = ".tmp") {
    let hash = FNV.hash(target)
    withUnsafeMutableBytes(of: &letters) { out in
      for (place, byte) in ".s4l-".utf8.enumerated() { out[place] = byte }
      for place in 0..<16 {
        let digit = UInt8(truncatingIfNeeded: hash >> UInt64(60 - 4 * place) & 15)
        out[5 + place] = digit < 10 ? 48 + digit : 87 + digit
      }
      ending.withUTF8Buffer { ending in
        for (place, byte) in ending.enumerated() { out[21 + place] = byte }
      }
    }
  }

  @inline(__always)
  package func withCString<Answer>(_ body: (UnsafePointer<CChar>) -> Answer) -> Answer {
    withUnsafePointer(to: letters) { letters in
      letters.withMemoryRebound(to: CChar.self, capacity: 32, body)
    }
  }

  package var path: Path { Path(characters.dropLast().map { UInt8(bitPattern: $0) }) }

  /// The name with the zero that ends it, for whoever keeps it as such.
  package var characters: [CChar] {
    withCString { name in
      var all: [CChar] = []
      while name[all.count] != 0 { all.append(name[all.count]) }
      return all + [0]
    }
  }
}
