/// What a command says, told line by line; a line that never ends is told in parts.
struct Speech {
  static let longest = 16_384

  private var line: [UInt8] = []
  private let tell: ([UInt8]) -> Void

  init(_ tell: @escaping ([UInt8]) -> Void) {
    self.tell = tell
  }

  mutating func add(_ piece: UnsafeRawBufferPointer) {
    for byte in piece {
      if byte == 10 { pause() } else { line.append(byte) }
      if line.count == Speech.longest { pause() }
    }
  }

  private mutating func pause() {
    tell(line)
    line.removeAll(keepingCapacity: true)
  }

  mutating func end() { if !line.isEmpty { pause() } }
}
