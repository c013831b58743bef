import Azure
import Core
import Store

/// Whatever the bytes are, they are a page of whole blobs, or none.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzBlobs(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var seen = 0
  let page = BlobPage { item throws(Failure) in
    seen += 1
    switch item {
    case .blob(let view): precondition(!view.path.isEmpty && view.size >= 0, "it is whole")
    case .folder(let name), .marker(let name): precondition(!name.isEmpty, "it has a name")
    }
  }
  do throws(Failure) {
    _ = try page.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
    precondition(page.count == seen, "all is counted")
  } catch {
    return 0
  }
  return 0
}
