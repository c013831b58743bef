import CloudDrive
import Core
import Store

/// Whatever the bytes are, they are one listing, in one piece and in many, or none.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzFrames(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let whole = UnsafeRawBufferPointer(start: bytes, count: count)
  for hasEnd in [true, false] {
    let one = read(whole, hasEnd: hasEnd, inPieces: max(count, 1))
    precondition(one == read(whole, hasEnd: hasEnd, inPieces: 3), "pieces matter")
  }
  // A message without its frame, so that not all of them fail at the head.
  _ = Shelf("http://host:1").read(whole, look)
  return 0
}

private struct Reading: Equatable {
  var files = 0
  var others = 0
  var size = 0
  var isWhole: Bool?
  var failure: Failure?
  var end: [UInt8]?
}

private func read(
  _ bytes: UnsafeRawBufferPointer, hasEnd: Bool, inPieces size: Int
) -> Reading {
  var reading = Reading()
  let shelf = Shelf("http://host:1")
  let frames = Frames(most: 4_096, hasEnd: hasEnd) { message in
    shelf.read(message) { listed in
      look(listed)
      if case .file(let view) = listed {
        reading.files += 1
        reading.size &+= view.size
      } else {
        reading.others += 1
      }
    }
  }
  for start in stride(from: 0, to: bytes.count, by: size) {
    let piece = bytes[start..<min(start + size, bytes.count)]
    if !frames.take(UnsafeRawBufferPointer(rebasing: piece)) { break }
  }
  reading.failure = frames.failure
  // How far a frame was read that is none depends on the pieces.
  if frames.failure == nil { reading.isWhole = frames.isWhole }
  reading.end = frames.end
  return reading
}

private func look(_ listed: Listed) {
  switch listed {
  case .file(let view):
    precondition(!view.path.isEmpty && !view.path.contains(47) && view.size >= 0, "it is a name")
    precondition(view.md5.map { $0.count == 32 } ?? true, "it is a digest")
  case .folder(let name): precondition(name.count > 1 && name.last == 47, "it is a folder")
  case .hole(let name, _): precondition(!name.isEmpty, "it has a name")
  }
}
