package import Core
package import Objects
internal import Store
package import Values

/// Who we are to Azure's storage, and where it answers.
package struct AzureAccount {
  package enum Proof {
    /// A key of the account, in base64, which signs each request.
    case key(Secret)
    /// A shared access signature, which goes with each request as it is.
    case signature(Secret)
    /// The container is open to all.
    case nobody
  }

  package var name: String
  package var endpoint: Endpoint
  package var proof: Proof

  package init(_ name: String, _ endpoint: Endpoint, _ proof: Proof) {
    self.name = name
    self.endpoint = endpoint
    self.proof = proof
  }

  /// What a connection string says. `endpoint` comes before what it says itself.
  package init(_ text: ConnectionString, endpoint: String?) throws(Failure) {
    let place = try Endpoint(endpoint ?? text.endpoint)
    if let key = text.key, let account = text.account {
      self.init(account, place, .key(key))
    } else {
      self.init(text.account ?? "", place, text.signature.map { .signature($0) } ?? .nobody)
    }
  }

  /// When a signature ended, if it has.
  package func expired(at now: Timestamp) -> String? {
    guard case .signature(let secret) = proof else { return nil }
    let text = secret.reveal { String(decoding: $0, as: UTF8.self) }
    guard let field = text.split(separator: "&").first(where: { $0.hasPrefix("se=") }),
      let bytes = WebPlace.decoded(field.dropFirst(3).utf8)
    else { return nil }
    let end = String(decoding: bytes, as: UTF8.self)
    // It may be told without seconds, or without any time of day.
    let whole =
      switch end.utf8.count {
      case 10: end + "T00:00:00Z"
      case 17: String(end.dropLast()) + ":00Z"
      default: end
      }
    guard let moment = Timestamp(text: whole), moment < now else { return nil }
    return moment.text
  }
}
