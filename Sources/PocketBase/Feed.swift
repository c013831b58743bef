/// A stream of server-sent events, taken apart as it comes.
package struct Feed {
  package struct Event: Equatable, Sendable {
    package var name = ""
    package var data: [UInt8] = []
  }

  private var carry: [UInt8] = []
  private var event = Event()
  private var hasData = false

  /// More than any server of ours says at once.
  private static let longest = 4 << 20

  package init() {}

  /// Takes what has come and gives the events that are whole by now; nil where it is no stream of
  /// events that anybody could keep.
  package mutating func take(_ bytes: some Sequence<UInt8>) -> [Event]? {
    carry.append(contentsOf: bytes)
    var events: [Event] = []
    var start = 0
    while let end = carry[start...].firstIndex(of: 10) {
      var line = carry[start..<end]
      if line.last == 13 { line.removeLast() }
      start = end + 1
      if !line.isEmpty {
        note(line)
      } else {
        if hasData { events.append(event) }
        event = Event()
        hasData = false
      }
    }
    carry.removeFirst(start)
    return carry.count + event.data.count > Feed.longest ? nil : events
  }

  private mutating func note(_ line: ArraySlice<UInt8>) {
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value.removeFirst() }
    let name = line[..<colon]
    if name.elementsEqual("event".utf8) {
      event.name = String(decoding: value, as: UTF8.self)
    } else if name.elementsEqual("data".utf8) {
      if hasData { event.data.append(10) }
      event.data += value
      hasData = true
    }
  }
}
