import Core
import S3

/// Whatever the bytes are, they are one page, in one piece and in many, or none.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzPage(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let whole = UnsafeRawBufferPointer(start: bytes, count: count)
  for version in [Page.Version.v1, .v2] {
    let one = read(whole, version, inPieces: max(count, 1))
    precondition(one == read(whole, version, inPieces: 5), "pieces matter")
  }
  return 0
}

private func read(
  _ bytes: UnsafeRawBufferPointer, _ version: Page.Version, inPieces size: Int
) -> Page.Ending? {
  var seen = 0
  let page = Page(version, asksEncoding: true) { item throws(Failure) in
    seen += 1
    switch item {
    case .object(let listed): precondition(!listed.key.isEmpty && listed.size >= 0, "it is whole")
    case .folder(let name): precondition(!name.isEmpty, "it has a name")
    }
  }
  do throws(Failure) {
    for start in stride(from: 0, to: bytes.count, by: size) {
      let end = min(start + size, bytes.count)
      try page.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }
    let ending = try page.finish()
    precondition(ending.objects + ending.folders == seen, "all is counted")
    return ending
  } catch {
    return nil
  }
}
