internal import CCurl
internal import Values

/// The headers and a small body of one request, in memory that libcurl reads while it sends.
///
/// Why not libcurl's own lists: they take two allocations and a walk from the start for each one.
final class Letter {
  /// The largest body that is sent together with the head.
  static let mostBody = 32_768

  private var block = UnsafeMutableRawBufferPointer.allocate(byteCount: 8_192, alignment: 16)
  private var used = 0
  private var count = 0
  private(set) var body: UnsafeRawPointer?

  deinit {
    block.deallocate()
  }

  /// The list of headers; nil if there are none.
  var headers: UnsafeRawPointer? { count == 0 ? nil : UnsafeRawPointer(block.baseAddress) }

  /// Takes in a request; gives what is wrong with it if it cannot be sent.
  ///
  /// `isForm` says that libcurl takes the body for that of a form, and would name it so.
  func write(_ exchange: Exchange, isForm: Bool) -> Trouble? {
    let given: [UInt8] = if isForm, case .bytes(let bytes) = exchange.body { bytes } else { [] }
    let headers = exchange.headers
    used = (headers.count + 2) * MemoryLayout<curl_slist>.stride
    count = 0
    reserve(
      headers.reduce(used + 64 + given.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 })
    var isTyped = !isForm
    var isExpecting = false
    for (name, value) in headers {
      guard add(name, value) else {
        return Trouble(.malformed, "the header \(Path.visible(name.utf8)) cannot be sent")
      }
      isTyped = isTyped || Letter.isSame(name, "content-type")
      isExpecting = isExpecting || Letter.isSame(name, "expect")
    }
    // A name alone takes a header back that libcurl would add.
    if !isTyped { remove("Content-Type") }
    if !isExpecting { remove("Expect") }
    let rest = UnsafeMutableRawBufferPointer(rebasing: block[used...])
    given.withUnsafeBytes { rest.copyMemory(from: $0) }
    body = UnsafeRawPointer(rest.baseAddress)
    return nil
  }

  private func reserve(_ size: Int) {
    if size <= block.count { return }
    block.deallocate()
    block = .allocate(byteCount: max(size, 16_384), alignment: 16)
  }

  /// Adds `name: value`; false if a byte of it would end the line or the name early.
  private func add(_ name: String, _ value: String) -> Bool {
    if name.isEmpty { return false }
    let start = used
    for byte in name.utf8 {
      if byte <= 32 || byte >= 127 || byte == UInt8(ascii: ":") { return false }
      put(byte)
    }
    // An empty value is written so, for a name with a colon alone would take the header back.
    let isEmpty = value.utf8.allSatisfy { $0 == 32 || $0 == 9 }
    put(isEmpty ? UInt8(ascii: ";") : UInt8(ascii: ":"))
    if !isEmpty {
      put(32)
      for byte in value.utf8 {
        if byte < 32 && byte != 9 || byte == 127 { return false }
        put(byte)
      }
    }
    close(from: start)
    return true
  }

  private func remove(_ name: StaticString) {
    let start = used
    name.withUTF8Buffer { for byte in $0 { put(byte) } }
    put(UInt8(ascii: ":"))
    close(from: start)
  }

  private func put(_ byte: UInt8) {
    block[used] = byte
    used += 1
  }

  /// Ends a line and links it to the one before.
  private func close(from start: Int) {
    put(0)
    guard let top = block.baseAddress else { return }
    let nodes = top.assumingMemoryBound(to: curl_slist.self)
    let text = (top + start).assumingMemoryBound(to: CChar.self)
    (nodes + count).initialize(to: curl_slist(data: text, next: nil))
    if count > 0 { nodes[count - 1].next = nodes + count }
    count += 1
  }

  private static func isSame(_ name: String, _ other: StaticString) -> Bool {
    guard name.utf8.count == other.utf8CodeUnitCount else { return false }
    return other.withUTF8Buffer { name.utf8.elementsEqual($0) { $0 | 0x20 == $1 } }
  }
}
