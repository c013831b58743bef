internal import CExpat
package import Core
internal import Glibc
internal import Values

/// An element as its consumer sees it; the name lives as long as the call.
package struct Element {
  /// Its place in the vocabulary, or `Vocabulary.unknown`.
  package let code: Int
  /// One for the root.
  package let depth: Int
  package let name: UnsafeRawBufferPointer
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
/// nesting, no endless texts or tags. Attributes are passed over. After a failure it only repeats
/// the failure. It belongs to one thread at a time.
package final class XMLReader {
  package static let deepest = 32
  package static let longestText = 1 << 20
  /// How long a tag or comment may be that comes in many pieces: each is read again from its start.
  package static let longestTag = 64 << 10
  package static let longest = 64 << 20

  let vocabulary: Vocabulary
  private let parser: XML_Parser?
  private let text = Buffer()
  private let codes: UnsafeMutablePointer<Int>
  private var depth = 0
  private var total = 0
  /// How many bytes have come since something was told.
  private var silent = 0
  private var isTold = false
  private var fault: Failure?
  /// Set while bytes are fed, by a caller that holds it; counting references to it would double
  /// the cost of a short element.
  private unowned(unsafe) var consumer: (any XMLConsumer)?

  package init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    parser = XML_ParserCreate("UTF-8")
    codes = .allocate(capacity: XMLReader.deepest + 1)
    equip()
  }

  deinit {
    XML_ParserFree(parser)
    codes.deallocate()
  }

  /// Forgets the document, to read another.
  package func reset() {
    XML_ParserReset(parser, "UTF-8")
    equip()
    text.clear()
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
    total += bytes.count
    guard total <= XMLReader.longest else { throw fail("it is longer than 64 MiB") }
    isTold = false
    try parse(bytes, isLast: false, consumer)
    silent = isTold ? 0 : silent + bytes.count
    guard silent <= XMLReader.longestTag else { throw fail("a tag is longer than 64 KiB") }
  }

  /// Ends the document, which fails unless all of it has come.
  package func finish(_ consumer: any XMLConsumer) throws(Failure) {
    try parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, consumer)
  }

  private func parse(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ consumer: any XMLConsumer
  ) throws(Failure) {
    if let fault { throw fault }
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

  /// Notes what is wrong and where; the first fault stays.
  private func fail(_ reason: String) -> Failure {
    if let fault { return fault }
    let line = XML_GetCurrentLineNumber(parser)
    let failure = Failure(.unavailable, "XML, line \(line)", reason)
    fault = failure
    return failure
  }

  private func stop(_ failure: Failure) {
    fault = failure
    XML_StopParser(parser, 0)
  }
}

/// What the parser calls. It may do so once more after it was stopped.
extension XMLReader {
  private static let began: XML_StartElementHandler = { context, name, _ in
    guard let context, let name else { return }
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.begin(name) }
  }

  private static let ended: XML_EndElementHandler = { context, name in
    guard let context, let name else { return }
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.end(name) }
  }

  private static let told: XML_CharacterDataHandler = { context, start, count in
    guard let context, let start else { return }
    let piece = UnsafeRawBufferPointer(start: start, count: Int(count))
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.tell(piece) }
  }

  private static let declared: XML_StartDoctypeDeclHandler = { context, _, _, _, _ in
    guard let context else { return }
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef {
      $0.stop($0.fail("it declares a document type"))
    }
  }

  private func begin(_ name: UnsafePointer<CChar>) {
    guard fault == nil else { return }
    guard depth < XMLReader.deepest else { return stop(fail("it is nested too deeply")) }
    isTold = true
    depth += 1
    let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
    let code = vocabulary.code(bytes)
    codes[depth] = code
    text.clear()
    do throws(Failure) {
      try consumer?.start(Element(code: code, depth: depth, name: bytes))
    } catch {
      stop(error)
    }
  }

  private func end(_ name: UnsafePointer<CChar>) {
    guard fault == nil else { return }
    isTold = true
    let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
    do throws(Failure) {
      try consumer?.end(Element(code: codes[depth], depth: depth, name: bytes), text.bytes)
    } catch {
      stop(error)
    }
    depth -= 1
    text.clear()
  }

  private func tell(_ piece: UnsafeRawBufferPointer) {
    guard fault == nil else { return }
    isTold = true
    guard text.count + piece.count <= XMLReader.longestText else {
      return stop(fail("a text is longer than 1 MiB"))
    }
    text.append(piece)
  }
}
