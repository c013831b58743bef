import Core
import Markup

/// Notes what it is told, and holds the reader to its word.
private final class Witness: XMLConsumer {
  var depth = 0
  var told: [[UInt8]] = []

  func start(_ element: Element) throws(Failure) {
    depth += 1
    precondition(element.depth == depth && depth <= XMLReader.deepest, "starts nest")
    told.append(Array(element.name))
  }

  func end(_ element: Element, _ text: UnsafeRawBufferPointer) throws(Failure) {
    precondition(element.depth == depth, "ends nest")
    precondition(text.count <= XMLReader.longestText, "texts are bounded")
    told.append(Array(text))
    depth -= 1
  }
}

/// Whatever the bytes are, they mean the same in one piece and in many, and by the short way.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzMarkup(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let whole = UnsafeRawBufferPointer(start: bytes, count: count)
  let parsed = read(whole, inPieces: max(count, 1), mayBePlain: false)
  precondition(parsed == read(whole, inPieces: max(count, 1), mayBePlain: true), "ways differ")
  precondition(parsed == read(whole, inPieces: 3, mayBePlain: true), "pieces matter")
  return 0
}

private func read(
  _ bytes: UnsafeRawBufferPointer, inPieces size: Int, mayBePlain: Bool
) -> [[UInt8]]? {
  let reader = XMLReader(Vocabulary(["a", "Key"]), mayBePlain: mayBePlain)
  let witness = Witness()
  do throws(Failure) {
    for start in stride(from: 0, to: bytes.count, by: size) {
      let end = min(start + size, bytes.count)
      try reader.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), to: witness)
    }
    try reader.finish(witness)
    precondition(witness.depth == 0, "a whole document is closed")
    return witness.told
  } catch {
    return nil
  }
}
