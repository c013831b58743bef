package import Command
package import Core
internal import Digests
internal import Records
package import Store
internal import System
package import Transfer
internal import Values

/// The options that say what a new object is to be like: those of s4l-put that push has as well.
package struct ObjectChoice {
  private var contentType: String?
  private var storageClass: String?
  private var cacheControl: String?
  private var acl: String?
  private var tags: [Pair] = []
  private var metadata: [Pair] = []
  private var encryption = EncryptionWish.none
  private var key = KeyChoice()
  private var onlyCreates = false
  private var replaces: String?
  private var fromWindows = false

  package init() {}

  package static var table: [Option<ObjectChoice>] {
    [
      .value(
        "content-type", nil, "TYPE", \.contentType,
        "Give objects this content type, whatever their names say."),
      .value("storage-class", nil, "CLASS", \.storageClass, "Keep objects in this storage class."),
      .value(
        "cache-control", nil, "TEXT", \.cacheControl, "Give objects this Cache-Control header."),
      .value("acl", nil, "NAME", \.acl, "Give objects this canned access list."),
      .list("tag", nil, "NAME=VALUE", \.tags, "Give objects this tag too."),
      .list("meta", nil, "NAME=VALUE", \.metadata, "Give objects this metadata too."),
      .value(
        "encryption", nil, "HOW", \.encryption,
        "Encrypt objects: none, store, kms, kms:KEY, or customer."),
      .flag("if-none-match", nil, \.onlyCreates, "Only make objects, never replace one."),
      .value("if-match", nil, "ETAG", \.replaces, "Replace an object only if it has this etag."),
      .flag("from-windows", nil, \.fromWindows, "Turn backslashes of paths into slashes."),
    ] + KeyChoice.table.map { $0.within(\.key) }
  }

  /// Adds what is asked for to the terms of a transfer.
  package func apply(to terms: inout Terms) throws(Failure) {
    if onlyCreates, replaces != nil {
      throw Failure(.usage, "--if-match", "it cannot be combined with --if-none-match")
    }
    terms.traits = try traits()
    terms.onlyCreates = onlyCreates
    terms.replaces = replaces.map { Fingerprint(etag: Array($0.utf8)) }
    terms.fromWindows = fromWindows
  }

  private func traits() throws(Failure) -> ObjectTraits {
    var traits = ObjectTraits()
    traits.contentType = contentType
    traits.storageClass = storageClass
    traits.cacheControl = cacheControl
    traits.acl = acl
    traits.tags = tags.map { ($0.name, $0.value) }
    traits.metadata = metadata.map { ($0.name, $0.value) }
    switch encryption {
    case .none: break
    case .store: traits.encryption = .storeKey
    case .managed(let key): traits.encryption = .managedKey(key)
    case .customer:
      guard let encryption = try key.encryption() else {
        throw Failure(.usage, "--encryption", "customer needs the key, as --encryption-key FILE")
      }
      traits.encryption = encryption
    }
    if case .customer = encryption { return traits }
    guard key.isGiven else { return traits }
    throw Failure(.usage, "--encryption-key", "it goes with --encryption customer only")
  }

  /// `NAME=VALUE`; the value may be empty.
  private struct Pair: OptionValue {
    static var noun: String { "NAME=VALUE in UTF-8" }
    var name: String
    var value: String

    init?(argument: [UInt8]) {
      guard let text = String(validating: argument, as: UTF8.self),
        let equals = text.firstIndex(of: "="), equals > text.startIndex
      else { return nil }
      name = String(text[..<equals])
      value = String(text[text.index(after: equals)...])
    }
  }

  private enum EncryptionWish: OptionValue {
    case none, store, customer
    case managed(String?)

    static var noun: String { "none, store, kms, kms:KEY or customer" }
    static var completion: Completion { .choices(["none", "store", "kms", "customer"]) }

    init?(argument: [UInt8]) {
      guard let text = String(validating: argument, as: UTF8.self) else { return nil }
      switch text {
      case "none": self = .none
      case "store": self = .store
      case "customer": self = .customer
      case "kms": self = .managed(nil)
      case _ where text.hasPrefix("kms:") && text != "kms:":
        self = .managed(String(text.dropFirst(4)))
      default: return nil
      }
    }
  }
}

/// The file that holds the customer's key, which no command line shows.
package struct KeyChoice {
  private var file: Path?

  package init() {}

  package static var table: [Option<KeyChoice>] {
    [.value("encryption-key", nil, "FILE", \.file, "Take the customer's key from FILE.")]
  }

  package var isGiven: Bool { file != nil }

  /// Encryption by the key: 32 bytes as they are, or as hexadecimal or base64 text.
  package func encryption() throws(Failure) -> ObjectTraits.Encryption? {
    guard let file else { return nil }
    let key = try KeyChoice.key(in: file)
    return .customerKey(Secret(key), digest: Base64.text(try Digest(.md5).value(of: key)))
  }

  private static func key(in file: Path) throws(Failure) -> [UInt8] {
    let bytes = try KeyChoice.content(file)
    if bytes.count == 32 { return bytes }
    let text = bytes.filter { ![9, 10, 13, 32].contains($0) }
    for key in [Hex.decode(text), Base64.decode(text)] {
      if let key, key.count == 32 { return key }
    }
    throw Failure(.usage, "\(file)", "it must hold a key of 32 bytes, or that in hex or base64")
  }

  private static func content(_ file: Path) throws(Failure) -> [UInt8] {
    let descriptor = try file.openToRead()
    var bytes = [UInt8](repeating: 0, count: 256)
    var caught: Failure?
    let count = bytes.withUnsafeMutableBytes { buffer in
      do throws(Failure) { return try descriptor.read(into: buffer, file) } catch {
        caught = error
        return 0
      }
    }
    if let caught { throw caught }
    return Array(bytes[..<count])
  }
}
