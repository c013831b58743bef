import Core
import Testing
import Values

@testable import Digests

@Suite struct MultipartETagTests {
  /// The ETag by its definition, from whole parts and another MD5.
  private func expected(_ bytes: [UInt8], partSize: Int) -> MultipartETag.Value {
    var parts = stride(from: 0, to: bytes.count, by: partSize).map {
      plainMD5(Array(bytes[$0..<min($0 + partSize, bytes.count)]))
    }
    if parts.isEmpty { parts = [plainMD5([])] }
    let all = Hex.text(plainMD5(parts.flatMap { $0 }))
    return MultipartETag.Value(
      multipart: "\(all)-\(parts.count)", single: parts.count == 1 ? Hex.text(parts[0]) : nil)
  }

  @Test(
    "the ETag is that of the definition, however the bytes are cut",
    arguments: [0, 1, 99, 100, 101, 199, 200, 201, 1_000])
  func definition(length: Int) throws {
    let etag = try MultipartETag(partSize: 100)
    let bytes = noise(length)
    for step in [1, 33, 100, 150, 1_000] {
      try bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: step) {
          let end = min(start + step, bytes.count)
          try etag.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
      }
      #expect(try etag.finish() == expected(bytes, partSize: 100), "pieces of \(step) bytes")
    }
  }

  @Test("a full last part does not begin another")
  func exactParts() throws {
    let etag = try MultipartETag(partSize: 100)
    try noise(200).withUnsafeBytes { try etag.update($0) }
    #expect(try etag.finish().multipart.hasSuffix("-2"))
  }

  @Test("after a reset nothing is left of the object before")
  func reset() throws {
    let etag = try MultipartETag(partSize: 100)
    try noise(250).withUnsafeBytes { try etag.update($0) }
    try etag.reset()
    try noise(120, seed: 2).withUnsafeBytes { try etag.update($0) }
    #expect(try etag.finish() == expected(noise(120, seed: 2), partSize: 100))
  }

  @Test("a part size that is not positive is refused", arguments: [0, -1])
  func badPartSize(size: Int) {
    #expect(throws: Failure.self) { try MultipartETag(partSize: size) }
  }
}
