internal import CExpat
package import Core
internal import Values

/// An element as its consumer sees it; the name lives as long as the call.
package struct Element {
  /// Its place in the vocabulary, or `Vocabulary.unknown`.
  package let code: Int
  /// One for the root.
  package let depth: Int
  package let name: UnsafeRawBufferPointer
  /// Whether it begins with the attribute `Encoded="true"`: its text is in percent encoding.
  package var isEncoded = false
}

/// Who is told what a document holds, in its order.
package protocol XMLConsumer: AnyObject {
  func start(_ element: Element) throws(Failure)

  /// The element is over. The text is what stood before its end and after the last tag, so all of
  /// it for an element that holds no others; it lives as long as the call.
  func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure)
}

/// Takes an XML document apart while it arrives, in pieces of any size.
///
/// What a server may send is bounded: no document types, hence no entities that grow, no deep
/// nesting, no endless texts or tags. Attributes are passed over, but for one. After a failure it
/// only repeats the failure. It belongs to one thread at a time.
package final class XMLReader {
  package static let deepest = 32
  package static let longestText = 1 << 20
  /// How long a tag or comment may be that comes in many pieces: each is read again from its start.
  package static let longestTag = 64 << 10
  package static let longest = 64 << 20

  let vocabulary: Vocabulary
  let parser: XML_Parser?
  let text = Buffer()
  let codes: UnsafeMutablePointer<Int>
  var depth = 0
  private var total = 0
  /// How many bytes have come since something was told.
  private var silent = 0
  var isTold = false
  var fault: Failure?
  var lane = PlainLane()
  var isPlain: Bool
  private let mayBePlain: Bool
  private let most: Int
  /// Whether the parser is told what was read before it.
  var isMuted = false
  /// Set while the parser is fed, by a caller that holds it; counting references to it would double
  /// the cost of a short element.
  unowned(unsafe) var consumer: (any XMLConsumer)?
  /// The depth of elements that come again and again, and their forms; zero if nothing is said.
  let repeatDepth: Int
  let stencils: Stencils

  /// What comes again and again in a document.
  package struct Repetition {
    let depth: Int
    let asked: Int

    /// Elements of a depth. Of what lies in them the consumer is told only of the first names of
    /// the vocabulary, so many, and of what these lie in; of others it may be told, or not.
    package init(depth: Int, asked: Int) {
      self.depth = depth
      self.asked = asked
    }
  }

  /// A reader, which takes the short way where it can unless `mayBePlain` forbids it. A document
  /// has `most` bytes at most: no more than the usual, unless nothing of it is kept.
  package init(
    _ vocabulary: Vocabulary, mayBePlain: Bool = true, most: Int = XMLReader.longest,
    repeating: Repetition? = nil
  ) {
    self.vocabulary = vocabulary
    repeatDepth = repeating?.depth ?? 0
    stencils = Stencils(asked: repeating?.asked ?? 0)
    self.most = most
    self.mayBePlain = mayBePlain
    isPlain = mayBePlain
    parser = XML_ParserCreate("UTF-8")
    codes = .allocate(capacity: XMLReader.deepest + 1)
    lane.clear()
    equip()
  }

  deinit {
    XML_ParserFree(parser)
    codes.deallocate()
    lane.ends.deallocate()
  }

  /// Forgets the document, to read another.
  package func reset() {
    if !isPlain {
      XML_ParserReset(parser, "UTF-8")
      equip()
    }
    text.clear()
    lane.clear()
    isPlain = mayBePlain
    (depth, total, silent, fault) = (0, 0, 0, nil)
  }

  private func equip() {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(parser, XMLReader.began, XMLReader.ended)
    XML_SetCharacterDataHandler(parser, XMLReader.told)
    XML_SetStartDoctypeDeclHandler(parser, XMLReader.declared)
  }

  /// Takes the next bytes of the document.
  package func feed(
    _ bytes: UnsafeRawBufferPointer, to consumer: any XMLConsumer
  ) throws(Failure) {
    if let fault { throw fault }
    total += bytes.count
    guard total <= most else { throw fail("it is longer than \(most >> 20) MiB") }
    guard isPlain else { return try parseBounded(bytes, consumer) }
    if lane.rest.count == 0 {
      let used = try pass(bytes, consumer)
      try keep(UnsafeRawBufferPointer(rebasing: bytes[used...]), consumer)
    } else {
      lane.rest.append(bytes)
      let used = try pass(lane.rest.bytes, consumer)
      lane.rest.removeFirst(used)
      guard !isPlain || lane.rest.count > PlainLane.patience else { return }
      try leave(consumer)
    }
  }

  /// Ends the document, which fails unless all of it has come.
  package func finish(_ consumer: any XMLConsumer) throws(Failure) {
    if let fault { throw fault }
    if isPlain {
      if lane.isOver, lane.rest.count == 0 { return }
      try leave(consumer)
    }
    try parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, consumer)
  }

  /// Keeps what the lane has left for the next bytes, or for the parser.
  private func keep(
    _ left: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) {
    lane.rest.append(left)
    if !isPlain || lane.rest.count > PlainLane.patience { try leave(consumer) }
  }

  /// Hands the document over to the parser.
  private func leave(_ consumer: any XMLConsumer) throws(Failure) {
    isPlain = false
    isMuted = true
    let replay = lane.replay(depth)
    let status = replay.withUnsafeBytes {
      XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 0)
    }
    isMuted = false
    guard status != XML_STATUS_ERROR else { throw fail("it cannot be read") }
    try parseBounded(lane.rest.bytes, consumer)
    lane.rest.clear()
  }

  private func parseBounded(
    _ bytes: UnsafeRawBufferPointer, _ consumer: any XMLConsumer
  ) throws(Failure) {
    isTold = false
    try parse(bytes, isLast: false, consumer)
    silent = isTold ? 0 : silent + bytes.count
    guard silent <= XMLReader.longestTag else { throw fail("a tag is longer than 64 KiB") }
  }

  private func parse(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ consumer: any XMLConsumer
  ) throws(Failure) {
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    let status = withExtendedLifetime(consumer) {
      self.consumer = consumer
      defer { self.consumer = nil }
      return XML_Parse(parser, start, Int32(bytes.count), isLast ? 1 : 0)
    }
    if let fault { throw fault }
    guard status == XML_STATUS_ERROR else { return }
    throw fail(XMLReader.reason(XML_GetErrorCode(parser)))
  }

  private static func reason(_ code: XML_Error) -> String {
    if code == XML_ERROR_NO_ELEMENTS { return "it ends before its root does" }
    return XML_ErrorString(code).map { String(cString: $0) } ?? "it cannot be read"
  }

  /// Notes what is wrong; the first fault stays.
  func fail(_ reason: String) -> Failure {
    if let fault { return fault }
    let failure = Failure(.unavailable, "XML", reason)
    fault = failure
    return failure
  }

  func stop(_ failure: Failure) {
    fault = failure
    XML_StopParser(parser, 0)
  }
}
