internal import Core
internal import Records
internal import Values

/// What every answer of the server is wrapped in: `{"code":200,"message":"success","data":…}`. The
/// status of an answer is 200 even where its code tells of an error, so the code alone counts.
struct Envelope: Equatable {
  var code: Int
  /// The first line of what the server says.
  var message = ""

  static let longest = 4_096

  /// Reads code and message. Where these say that all is well, what follows is left unread.
  init(_ body: [UInt8]) throws(Failure) {
    var code: Int?
    var message = ""
    let scratch = Buffer(capacity: 256)
    var isEnough = false
    do throws(Failure) {
      try body.withUnsafeBufferPointer { (bytes) throws(Failure) in
        var walker = try Walker(UnsafeRawBufferPointer(bytes))
        try walker.members { (walker, name) throws(Failure) in
          if name.spells("code") {
            code = try walker.value().integer
          } else if name.spells("message") {
            let text = try walker.value().text(scratch)
            message = Envelope.words(text ?? UnsafeRawBufferPointer(start: nil, count: 0))
          } else if name.spells("data"), code == 200 {
            // The way out of reading what may be a million items.
            isEnough = true
            throw Failure(.data, "", "")
          }
        }
        try walker.end()
      }
    } catch {
      if !isEnough { throw error }
    }
    guard let code else { throw Failure(.data, "", "it has no code") }
    self.code = code
    self.message = message
  }

  /// Shows what is inside, and makes sure that the whole is well formed.
  static func open(
    _ body: [UInt8], _ data: (inout Walker) throws(Failure) -> Void
  ) throws(Failure) {
    var isThere = false
    do throws(Failure) {
      try body.withUnsafeBufferPointer { (bytes) throws(Failure) in
        var walker = try Walker(UnsafeRawBufferPointer(bytes))
        try walker.members { (walker, name) throws(Failure) in
          guard name.spells("data") else { return }
          if isThere { throw Failure(.data, "", "its data come twice") }
          isThere = true
          try data(&walker)
        }
        try walker.end()
      }
    } catch {
      throw Fault.garbage(error.reason)
    }
    if !isThere { throw Fault.garbage("it has no data") }
  }

  private static func words(_ text: UnsafeRawBufferPointer) -> String {
    Path.visible(text.prefix { $0 != 10 && $0 != 13 }.prefix(longest))
  }

  /// The message cut short, for whoever reads it: some pass on a page that a drive answered.
  var words: String {
    if message.isEmpty { return "code \(code)" }
    return message.count > 200 ? message.prefix(200) + "..." : message
  }
}
