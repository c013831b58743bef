import Settings

/// Whatever the bytes are, they are a document or have a flaw that stands somewhere.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzToml(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  do throws(Toml.Flaw) {
    _ = try Toml(Array(UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    precondition(error.place.line >= 1, "a flaw has a place")
  }
  return 0
}
