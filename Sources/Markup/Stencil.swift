internal import Core
internal import Glibc
internal import Values

/// The form of an element that comes again and again, as the entries of a listing do: its tags,
/// and between them the texts, of which only some are asked for.
///
/// Why: an entry of Azure has 25 elements, eight of which matter. Read one by one they cost twice
/// what those of S3 do. But one entry is like the other, and what is the same to the last byte as
/// one that was found to be plain is plain too. So the tags are compared, all those between two
/// texts at once; a text that nobody asked for counts as one of them until it is another. Whatever
/// does not fit is read as ever, and that is learned from.
final class Stencil {
  /// A piece that has to stand there, and then a text; none behind the last one.
  private struct Step {
    var start: Int
    var count: Int
    var hasText: Bool
  }

  /// What the consumer is told; the name is a piece of the frame.
  private struct Event {
    var isStart: Bool
    var code: Int
    var depth: Int
    var name: Range<Int>
    /// Which text an end comes with; -1 for none.
    var text = -1
  }

  /// The same, with all that is said then.
  private struct Call {
    var element: Element
    var isStart: Bool
    /// Which of the texts that differ; -1 for none.
    var slot: Int
  }

  /// What stands before the end of an element.
  private struct Text {
    /// Where it stands in the frame.
    var place: Int
    var bytes: [UInt8]
    /// Whether it is asked for, or was another once.
    var differs: Bool
  }

  /// What was read, without its texts.
  private let frame: Buffer
  private var calls: UnsafeMutablePointer<Call>?
  private var callCount = 0
  private var texts: [Text] = []
  private var events: [Event] = []
  private let pieces: Buffer
  private var steps: [Step] = []
  private let starts: UnsafeMutablePointer<UnsafeRawPointer?>
  private let counts: UnsafeMutablePointer<Int>

  /// How long a form may be, and how many texts it may have.
  private static let longest = 1 << 14
  private static let mostTexts = 64

  /// What an element was that has been read, of its parser's depth; only names below `asked` are
  /// asked for, and whatever they lie in.
  init?(_ element: UnsafeRawBufferPointer, depth: Int, _ vocabulary: Vocabulary, asked: Int) {
    guard element.count <= Stencil.longest else { return nil }
    frame = Buffer(capacity: element.count)
    pieces = Buffer(capacity: element.count)
    starts = .allocate(capacity: Stencil.mostTexts)
    counts = .allocate(capacity: Stencil.mostTexts)
    guard take(element, depth, vocabulary, asked), texts.count <= Stencil.mostTexts else {
      return nil
    }
    compile()
  }

  deinit {
    starts.deallocate()
    counts.deallocate()
    calls?.deallocate()
  }

  // MARK: Learning

  /// Takes an element apart that has been found to be plain; false if it is not as expected.
  private func take(
    _ bytes: UnsafeRawBufferPointer, _ depth: Int, _ vocabulary: Vocabulary, _ asked: Int
  ) -> Bool {
    var open: [(event: Int, code: Int, isTold: Bool)] = []
    var at = 0
    while at < bytes.count {
      guard let start = bytes[at...].firstIndex(of: 0x3C),
        let end = bytes[start...].firstIndex(of: 0x3E), end > start + 1
      else { return false }
      let isEnd = bytes[start + 1] == UInt8(ascii: "/")
      let text = UnsafeRawBufferPointer(rebasing: bytes[at..<start])
      if isEnd, let code = open.last?.code {
        let isAsked = code >= 0 && code < asked
        texts.append(Text(place: frame.count, bytes: Array(text), differs: isAsked))
      } else {
        frame.append(text)
      }
      let place = frame.count
      frame.append(UnsafeRawBufferPointer(rebasing: bytes[start...end]))
      at = end + 1
      if isEnd {
        guard let last = open.popLast() else { return false }
        close(last, asked, hasText: true)
        if events.count > last.event, !open.isEmpty { open[open.count - 1].isTold = true }
        if open.isEmpty { return at == bytes.count }
        continue
      }
      let name = bytes[(start + 1)..<end].prefix { $0 != 0x20 && $0 != UInt8(ascii: "/") }
      let code = vocabulary.code(UnsafeRawBufferPointer(rebasing: name))
      let range = (place + 1)..<(place + 1 + name.count)
      let element = (event: events.count, code: code, isTold: false)
      events.append(
        Event(isStart: true, code: code, depth: depth + open.count, name: range))
      if bytes[end - 1] == UInt8(ascii: "/") {
        close(element, asked, hasText: false)
        if events.count > element.event, !open.isEmpty { open[open.count - 1].isTold = true }
        if open.isEmpty { return at == bytes.count }
      } else {
        open.append(element)
      }
    }
    return false
  }

  /// Notes the end of an element, or forgets that it began if nobody is told of it.
  private func close(
    _ element: (event: Int, code: Int, isTold: Bool), _ asked: Int, hasText: Bool
  ) {
    let isAsked = element.code >= 0 && element.code < asked
    guard isAsked || element.isTold || element.event == 0 else {
      events.removeLast(events.count - element.event)
      return
    }
    var end = events[element.event]
    end.isStart = false
    end.text = hasText ? texts.count - 1 : -1
    events.append(end)
  }

  /// Whether the other has the same tags; then what differs between their texts is noted, and both
  /// are one.
  func join(_ other: Stencil) -> Bool {
    guard frame.bytes.elementsEqual(other.frame.bytes), texts.count == other.texts.count,
      zip(texts, other.texts).allSatisfy({ $0.place == $1.place })
    else { return false }
    for place in texts.indices where texts[place].bytes != other.texts[place].bytes {
      texts[place].differs = true
    }
    compile()
    return true
  }

  /// Puts the pieces together between which there are texts that differ.
  private func compile() {
    pieces.clear()
    steps = []
    var (at, start) = (0, 0)
    for text in texts {
      pieces.append(UnsafeRawBufferPointer(rebasing: frame.bytes[at..<text.place]))
      at = text.place
      if text.differs {
        steps.append(Step(start: start, count: pieces.count - start, hasText: true))
        start = pieces.count
      } else {
        pieces.append(text.bytes)
      }
    }
    pieces.append(UnsafeRawBufferPointer(rebasing: frame.bytes[at...]))
    steps.append(Step(start: start, count: pieces.count - start, hasText: false))
    arrange()
  }

  /// Lays out what the consumer is told, so that it costs little to go through.
  private func arrange() {
    var slot = 0
    let slots = texts.map { text -> Int in
      defer { if text.differs { slot += 1 } }
      return text.differs ? slot : -1
    }
    calls?.deallocate()
    let made = UnsafeMutablePointer<Call>.allocate(capacity: events.count)
    for (place, event) in events.enumerated() {
      let name = UnsafeRawBufferPointer(rebasing: frame.bytes[event.name])
      let element = Element(code: event.code, depth: event.depth, name: name)
      let call = Call(
        element: element, isStart: event.isStart, slot: event.text < 0 ? -1 : slots[event.text])
      (made + place).initialize(to: call)
    }
    (calls, callCount) = (made, events.count)
  }

  // MARK: Reading

  /// How many bytes an element has that is of this form; zero if what comes is not.
  func length(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var (at, slot) = (0, 0)
    for place in 0..<steps.count {
      let step = steps[place]
      guard step.count <= bytes.count - at,
        memcmp(base + at, pieces.base + step.start, step.count) == 0
      else { return 0 }
      at += step.count
      guard step.hasText else { break }
      let count = PlainLane.leafCount(UnsafeRawBufferPointer(rebasing: bytes[at...]))
      guard count >= 0 else { return 0 }
      starts[slot] = base + at
      counts[slot] = count
      slot += 1
      at += count
    }
    return at
  }

  /// Tells what was found last.
  func tell(_ consumer: any XMLConsumer) throws(Failure) {
    for call in UnsafeBufferPointer(start: calls, count: callCount) {
      if call.isStart {
        try consumer.start(call.element)
        continue
      }
      let text =
        call.slot < 0
        ? UnsafeRawBufferPointer(start: nil, count: 0)
        : UnsafeRawBufferPointer(start: starts[call.slot], count: counts[call.slot])
      try consumer.end(call.element, text)
    }
  }
}

/// The forms of what comes again in a document, the one that fitted last before the others.
final class Stencils {
  private let asked: Int
  private var known: [Stencil] = []
  private var lessons = 0

  /// How many forms are kept, and how often something is learned: where each entry is unlike all
  /// others, there is nothing to gain.
  private static let most = 4
  private static let mostLessons = 500

  init(asked: Int) { self.asked = asked }

  /// Reads what begins here if it is of a form that is known, and returns how long it was.
  func read(
    _ bytes: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) -> Int {
    for place in known.indices {
      let length = known[place].length(bytes)
      guard length > 0 else { continue }
      if place > 0 { known.swapAt(0, place) }
      try known[0].tell(consumer)
      return length
    }
    return 0
  }

  /// Learns from an element that was read as ever.
  func learn(_ element: UnsafeRawBufferPointer, depth: Int, _ vocabulary: Vocabulary) {
    guard lessons < Stencils.mostLessons else { return }
    lessons += 1
    guard let form = Stencil(element, depth: depth, vocabulary, asked: asked) else { return }
    if known.contains(where: { $0.join(form) }) { return }
    if known.count == Stencils.most { known.removeLast() }
    known.insert(form, at: 0)
  }
}
