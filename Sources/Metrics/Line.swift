/// One number as a line of text: a name, perhaps labels, a space and the number.
///
/// What is no such line is refused: one bad line would have Prometheus drop all that we tell it.
package struct Line {
  package let series: Series
  /// The name with its labels, as written.
  package let key: [UInt8]
  package let value: Double

  /// Nil for what is no number of ours.
  package init?(_ text: some Collection<UInt8>) {
    let text = Array(text)
    var at = Line.name(text, from: 0)
    guard let series = Series.named(text[..<at]) else { return nil }
    if at < text.count, text[at] == UInt8(ascii: "{") {
      guard let end = Line.labels(text, from: at + 1) else { return nil }
      at = end
    }
    guard at < text.count, text[at] == UInt8(ascii: " "),
      let value = Double(String(decoding: text[(at + 1)...], as: UTF8.self)), value.isFinite,
      value >= 0 || !series.isLasting
    else { return nil }
    self.series = series
    key = Array(text[..<at])
    self.value = value
  }

  private static func name(_ text: [UInt8], from start: Int) -> Int {
    var at = start
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"):
        at += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where at > start: at += 1
      default: return at
      }
    }
    return at
  }

  /// Where the labels end that begin here; nil where they are none.
  private static func labels(_ text: [UInt8], from start: Int) -> Int? {
    var at = start
    while true {
      let end = name(text, from: at)
      guard end > at, end + 1 < text.count, text[end] == UInt8(ascii: "="),
        text[end + 1] == UInt8(ascii: "\""), let quoted = value(text, from: end + 2),
        quoted < text.count
      else { return nil }
      switch text[quoted] {
      case UInt8(ascii: ","): at = quoted + 1
      case UInt8(ascii: "}"): return quoted + 1
      default: return nil
      }
    }
  }

  /// Behind the quote that ends a value.
  private static func value(_ text: [UInt8], from start: Int) -> Int? {
    var at = start
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "\""): return at + 1
      case UInt8(ascii: "\\"):
        let escapes: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "n")]
        guard at + 1 < text.count, escapes.contains(text[at + 1]) else { return nil }
        at += 2
      default: at += 1
      }
    }
    return nil
  }
}
