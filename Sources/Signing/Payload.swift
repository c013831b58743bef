internal import Values

/// What a signature says of the body.
package enum Payload: Equatable, Sendable {
  /// Its SHA-256: 32 bytes.
  case sha256([UInt8])
  /// Nothing. Only encryption then keeps the body as it was sent.
  case unsigned
  /// There is none.
  case empty

  /// As a header, and as the last line of what is signed.
  package var text: String {
    switch self {
    case .sha256(let digest): Hex.text(digest)
    case .unsigned: "UNSIGNED-PAYLOAD"
    case .empty: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    }
  }
}
