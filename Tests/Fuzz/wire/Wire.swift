import Redis
import Tasks

/// Whatever the bytes are, they are a task or none; a task is the same once it was written anew.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzWire(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let message = Array(UnsafeBufferPointer(start: bytes, count: count))
  guard let task = Wire.task(message) else { return 0 }
  let again = Wire.task(Wire.encode(task))
  precondition(again != nil, "what was written can be read")
  if let again { precondition(Wire.task(Wire.encode(again)) == again, "and stays as it is") }
  return 0
}
