import Azure
import Core
import Store
import Values

/// Whatever the bytes are, they are a page of whole blobs, or none; and what is read by its form is
/// what the parser alone reads.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzBlobs(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let body = Array(UnsafeBufferPointer(start: bytes, count: count))
  let (short, long) = (read(body, mayBePlain: true), read(body, mayBePlain: false))
  precondition(short.told == long.told, "both tell the same")
  precondition(short.next == long.next, "both go on or fail alike")
  return 0
}

/// What a page tells, one thing after the other, and what brings the next; nil if it failed.
private func read(_ body: [UInt8], mayBePlain: Bool) -> (told: [[UInt8]], next: [UInt8]??) {
  var told: [[UInt8]] = []
  let page = BlobPage(mayBePlain: mayBePlain) { item throws(Failure) in
    switch item {
    case .blob(let view):
      precondition(!view.path.isEmpty && view.size >= 0, "it is whole")
      var line = Array(view.path)
      for text in [view.etag, view.storageClass, view.md5] {
        line += [0] + (text.map { Array($0) } ?? [])
      }
      line += Array("\(view.size) \(view.mtime?.text ?? "") \(view.stored?.text ?? "")".utf8)
      told.append(line)
    case .folder(let name), .marker(let name):
      precondition(!name.isEmpty, "it has a name")
      told.append(Array(name))
    }
  }
  do throws(Failure) {
    let next = try page.read(body)
    precondition(page.count == told.count, "all is counted")
    return (told, .some(next))
  } catch {
    return (told, nil)
  }
}
