internal import CExpat
internal import Core
internal import Glibc
internal import Values

/// What the parser calls. It may do so once more after it was stopped.
extension XMLReader {
  static let began: XML_StartElementHandler = { context, name, attributes in
    guard let context, let name else { return }
    let isEncoded =
      if let first = attributes?[0], let value = attributes?[1] {
        strcmp(first, "Encoded") == 0 && strcmp(value, "true") == 0
      } else { false }
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef {
      $0.begin(name, isEncoded: isEncoded)
    }
  }

  static let ended: XML_EndElementHandler = { context, name in
    guard let context, let name else { return }
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.end(name) }
  }

  static let told: XML_CharacterDataHandler = { context, start, count in
    guard let context, let start else { return }
    let piece = UnsafeRawBufferPointer(start: start, count: Int(count))
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.tell(piece) }
  }

  static let declared: XML_StartDoctypeDeclHandler = { context, _, _, _, _ in
    guard let context else { return }
    Unmanaged<XMLReader>.fromOpaque(context)._withUnsafeGuaranteedRef {
      $0.stop($0.fail("it declares a document type"))
    }
  }

  private func begin(_ name: UnsafePointer<CChar>, isEncoded: Bool) {
    guard fault == nil, !isMuted else { return }
    guard depth < XMLReader.deepest else { return stop(fail("it is nested too deeply")) }
    isTold = true
    depth += 1
    let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
    let code = vocabulary.code(bytes)
    codes[depth] = code
    text.clear()
    do throws(Failure) {
      try consumer?.start(
        Element(code: code, depth: depth, name: bytes, isEncoded: isEncoded))
    } catch {
      stop(error)
    }
  }

  private func end(_ name: UnsafePointer<CChar>) {
    guard fault == nil, !isMuted else { return }
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
