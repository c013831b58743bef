internal import Command
internal import Core
internal import Values

/// A moment as RFC 3339 writes it, in whole seconds.
struct Moment: OptionValue {
  static let noun = "a time such as 2026-11-28T12:00:00Z"
  let seconds: Int64

  init?(argument: [UInt8]) {
    guard let text = String(validating: argument, as: UTF8.self),
      let time = Timestamp(text: text)
    else { return nil }
    seconds = time.seconds
  }

  /// A moment as clocks show it that are so many seconds ahead of UTC.
  static func text(_ moment: Int64, ahead offset: Int64) -> String {
    var shown = Timestamp(seconds: moment + offset).text
    shown.removeLast()
    if offset == 0 { return shown + "Z" }
    let minutes = (offset < 0 ? -offset : offset) / 60
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return shown + (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60)
  }
}
