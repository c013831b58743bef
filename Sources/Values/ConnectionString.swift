package import Core

/// What a connection string of Azure's storage says: `AccountName=…;AccountKey=…`.
///
/// What it holds that is wrong is told without quoting any of it, as most of it is secret.
package struct ConnectionString {
  package var account: String?
  /// In base64.
  package var key: Secret?
  /// A shared access signature, without the question mark before it.
  package var signature: Secret?
  /// Where the service answers, with the account where that is part of the path.
  package var endpoint = ""

  /// What everybody's emulator answers to, and is no secret.
  private static let emulator = (
    account: "devstoreaccount1", port: 10_000,
    key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
  )

  package init(_ text: String) throws(Failure) {
    let parts = try ConnectionString.parts(text)
    account = parts["accountname"]
    key = parts["accountkey"].map { Secret(Array($0.utf8)) }
    signature = try parts["sharedaccesssignature"].map { (text) throws(Failure) in
      try ConnectionString.signature(text)
    }
    if parts["usedevelopmentstorage"]?.lowercased() == "true" {
      let emulator = ConnectionString.emulator
      let host = parts["developmentstorageproxyuri"] ?? "http://127.0.0.1"
      account = emulator.account
      key = Secret(Array(emulator.key.utf8))
      endpoint = "\(host):\(emulator.port)/\(emulator.account)"
      return
    }
    guard key == nil || account != nil else { throw ConnectionString.flaw("it has no AccountName") }
    guard key != nil || signature != nil else {
      throw ConnectionString.flaw("it has neither AccountKey nor SharedAccessSignature")
    }
    if let key, key.reveal({ Base64.decode($0)?.isEmpty ?? true }) {
      throw ConnectionString.flaw("its AccountKey is not base64")
    }
    if let told = parts["blobendpoint"] {
      endpoint = told
    } else if let account {
      let scheme = parts["defaultendpointsprotocol"] ?? "https"
      endpoint = ConnectionString.endpoint(account, scheme, parts["endpointsuffix"])
    } else {
      throw ConnectionString.flaw("it has neither AccountName nor BlobEndpoint")
    }
  }

  /// Where an account answers that says nothing else.
  package static func endpoint(
    _ account: String, _ scheme: String = "https", _ suffix: String? = nil
  ) -> String {
    "\(scheme)://\(account).blob.\(suffix ?? "core.windows.net")"
  }

  /// A shared access signature as it is added to addresses.
  package static func signature(_ text: String) throws(Failure) -> Secret {
    let bare = text.hasPrefix("?") ? text.dropFirst() : text[...]
    let isPlain = bare.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
    guard isPlain, bare.split(separator: "&").contains(where: { $0.hasPrefix("sig=") }) else {
      throw Failure(
        .config, "sas_token", "it is no shared access signature, as in sv=...&se=...&sig=...")
    }
    return Secret(Array(bare.utf8))
  }

  /// The parts by their names in small letters.
  private static func parts(_ text: String) throws(Failure) -> [String: String] {
    var parts: [String: String] = [:]
    for part in text.split(separator: ";") {
      guard let equals = part.firstIndex(of: "="), equals > part.startIndex else {
        throw flaw("a part of it is not NAME=VALUE")
      }
      let name = part[..<equals].lowercased()
      let isNew = parts.updateValue(String(part[part.index(after: equals)...]), forKey: name) == nil
      guard isNew else { throw flaw("it says a thing twice") }
    }
    return parts
  }

  private static func flaw(_ reason: String) -> Failure {
    Failure(.config, "connection_string", reason)
  }
}

/// What containers may be called.
package enum ContainerName {
  private static let special = ["$root", "$web", "$logs"]

  /// What is wrong with a name; nil if nothing is.
  package static func objection(_ name: String) -> String? {
    if special.contains(name) { return nil }
    let bytes = Array(name.utf8)
    let dash = UInt8(ascii: "-")
    let isPlain = bytes.allSatisfy { byte in
      byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57 || byte == dash
    }
    let hasPair = zip(bytes, bytes.dropFirst()).contains { $0 == dash && $1 == dash }
    guard (3...63).contains(bytes.count), isPlain, !hasPair, bytes.first != dash,
      bytes.last != dash
    else {
      return "names of containers are 3 to 63 small letters, digits and single dashes"
    }
    return nil
  }
}
