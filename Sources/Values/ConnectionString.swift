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
    func part(_ name: String) -> String? { parts.first { $0.name == name }?.value }
    account = part("accountname")
    key = part("accountkey").map { Secret(Array($0.utf8)) }
    if let text = part("sharedaccesssignature") {
      signature = try ConnectionString.signature(text)
    }
    if part("usedevelopmentstorage")?.lowercased() == "true" {
      let emulator = ConnectionString.emulator
      let host = part("developmentstorageproxyuri") ?? "http://127.0.0.1"
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
    if let told = part("blobendpoint") {
      endpoint = told
    } else if let account {
      let scheme = part("defaultendpointsprotocol") ?? "https"
      endpoint = ConnectionString.endpoint(account, scheme, part("endpointsuffix"))
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
    let bare = text.hasPrefix("?") ? String(text.dropFirst()) : text
    var isPlain = true
    for byte in bare.utf8 where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
      isPlain = false
    }
    guard isPlain, bare.hasPrefix("sig=") || bare.holds("&sig=") else {
      throw Failure(
        .config, "sas_token", "it is no shared access signature, as in sv=...&se=...&sig=...")
    }
    return Secret(Array(bare.utf8))
  }

  /// The parts, with their names in small letters.
  private static func parts(_ text: String) throws(Failure) -> [(name: String, value: String)] {
    var parts: [(name: String, value: String)] = []
    var part: [UInt8] = []
    for byte in Array(text.utf8) + [UInt8(ascii: ";")] {
      if byte != UInt8(ascii: ";") {
        part.append(byte)
        continue
      }
      if part.isEmpty { continue }
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
        throw flaw("a part of it is not NAME=VALUE")
      }
      let name = String(decoding: part[..<equals], as: UTF8.self).lowercased()
      for known in parts where known.name == name { throw flaw("it says a thing twice") }
      parts.append((name, String(decoding: part[(equals + 1)...], as: UTF8.self)))
      part = []
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
    let dash = UInt8(ascii: "-")
    var last = dash
    var isFine = true
    for byte in name.utf8 {
      let isPlain = byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57
      if !isPlain, byte != dash || last == dash { isFine = false }
      last = byte
    }
    return isFine && last != dash && (3...63).contains(name.utf8.count)
      ? nil : "names of containers are 3 to 63 small letters, digits and single dashes"
  }
}
