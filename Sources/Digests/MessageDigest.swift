internal import CCrypto
internal import Core

/// A running SHA-256 or MD5 of libcrypto.
///
/// The algorithm is looked up once, when the context is made: the lookup costs more than a short
/// message does.
final class MessageDigest {
  private let name: String
  private let length: Int
  private let context: OpaquePointer

  init(_ name: String) throws(Failure) {
    guard let algorithm = EVP_MD_fetch(nil, name, nil) else {
      throw Failure(.unavailable, name, "libcrypto does not offer this digest")
    }
    defer { EVP_MD_free(algorithm) }
    guard let context = EVP_MD_CTX_new() else { throw MessageDigest.failure(name) }
    guard EVP_DigestInit_ex2(context, algorithm, nil) == 1 else {
      EVP_MD_CTX_free(context)
      throw MessageDigest.failure(name)
    }
    self.name = name
    self.context = context
    length = Int(EVP_MD_get_size(algorithm))
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  func update(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    try check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  func update(_ bytes: [UInt8]) throws(Failure) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
      try update(UnsafeRawBufferPointer(bytes))
    }
  }

  /// The digest of all bytes so far; the next byte begins a new one.
  func finish() throws(Failure) -> [UInt8] {
    var result: Int32 = 0
    let digest = [UInt8](unsafeUninitializedCapacity: length) { out, count in
      result = EVP_DigestFinal_ex(context, out.baseAddress, nil)
      count = result == 1 ? length : 0
    }
    try check(result)
    try reset()
    return digest
  }

  func reset() throws(Failure) {
    try check(EVP_DigestInit_ex2(context, nil, nil))
  }

  /// Takes the state of a digest of the same algorithm, which stays as it is.
  func resume(_ other: MessageDigest) throws(Failure) {
    try check(EVP_MD_CTX_copy_ex(context, other.context))
  }

  private func check(_ result: Int32) throws(Failure) {
    guard result == 1 else { throw MessageDigest.failure(name) }
  }

  private static func failure(_ name: String) -> Failure {
    Failure(.bug, name, "libcrypto could not compute the digest")
  }
}
