internal import Protobuf

/// A call of the service: its name and its message, with the numbers that its members have there.
struct Call {
  let name: String
  let message: [UInt8]

  private init(_ name: String, _ write: (inout Encoder) -> Void) {
    var encoder = Encoder()
    write(&encoder)
    self.name = name
    message = encoder.bytes
  }

  /// The message as the one frame of a request.
  var framed: [UInt8] {
    var frame: [UInt8] = [0]
    frame.reserveCapacity(message.count + 5)
    for shift in [24, 16, 8, 0] { frame.append(UInt8(truncatingIfNeeded: message.count >> shift)) }
    return frame + message
  }

  // MARK: Who asks

  static func token(_ user: String, password: String, code: String?) -> Call {
    Call("GetToken") {
      $0.text(1, user)
      $0.text(2, password)
      if let code { $0.text(3, code) }
    }
  }

  // MARK: What is there

  static func list(_ folder: String, refreshes: Bool) -> Call {
    Call("GetSubFiles") {
      $0.text(1, folder)
      $0.flag(2, refreshes)
    }
  }

  /// By its whole path, which leaves the member for that of a folder empty.
  static func find(_ path: String) -> Call {
    Call("FindFileByPath") { $0.text(2, path) }
  }

  static func address(_ path: String) -> Call {
    Call("GetDownloadUrlPath") { $0.text(1, path) }
  }

  // MARK: What is to be there

  static func makeFolder(_ name: String, in parent: String) -> Call {
    Call("CreateFolder") {
      $0.text(1, parent)
      $0.text(2, name)
    }
  }

  static func makeFile(_ name: String, in parent: String) -> Call {
    Call("CreateFile") {
      $0.text(1, parent)
      $0.text(2, name)
    }
  }

  static func write(_ bytes: [UInt8], at offset: Int, to handle: Int) -> Call {
    Call("WriteToFile") {
      $0.number(1, handle)
      $0.number(2, offset)
      $0.number(3, bytes.count)
      $0.bytes(4, bytes)
    }
  }

  static func close(_ handle: Int) -> Call {
    Call("CloseFile") { $0.number(1, handle) }
  }

  static func rename(_ path: String, to name: String) -> Call {
    Call("RenameFile") {
      $0.text(1, path)
      $0.text(2, name)
    }
  }

  static func delete(_ paths: [String]) -> Call {
    Call("DeleteFiles") { for path in paths { $0.text(1, path) } }
  }
}
