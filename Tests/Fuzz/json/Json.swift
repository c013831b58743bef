import Core
import Records

/// Whatever the bytes are, they are one document or none; it says the same once it was written
/// anew.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzJSON(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard let document = read(Array(UnsafeBufferPointer(start: bytes, count: count))) else {
    return 0
  }
  precondition(read(document.bytes) == document, "it says the same")
  return 0
}

private func read(_ bytes: [UInt8]) -> JSON? {
  do throws(Failure) { return try JSON(parsing: bytes) } catch { return nil }
}
