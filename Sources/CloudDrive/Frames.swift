package import Core
internal import Values

/// The frames that the answer of a call is made of, read as they come: a byte of flags, the length
/// in four, and a message.
///
/// In gRPC-Web the last frame is no message but how the call ended, written as headers are.
package final class Frames {
  /// How much that last frame may hold.
  private static let mostOfEnd = 65_536
  private static let head = 5
  private static let isCompressed: UInt8 = 1
  private static let isEnd: UInt8 = 0x80

  /// The largest message.
  private let most: Int
  private let hasEnd: Bool
  private let each: (UnsafeRawBufferPointer) -> Failure?
  /// What came of a frame that is not there whole.
  private let partial = Buffer()
  /// How the call ended, as the last frame says it.
  package private(set) var end: [UInt8]?
  /// What is wrong with what came.
  package private(set) var failure: Failure?

  /// `each` is shown the messages; the failure that it gives is that of the call.
  package init(
    most: Int, hasEnd: Bool, _ each: @escaping (UnsafeRawBufferPointer) -> Failure?
  ) {
    self.most = most
    self.hasEnd = hasEnd
    self.each = each
  }

  /// Whether what came ends with a frame.
  package var isWhole: Bool { partial.count == 0 }

  /// Takes what came next; false if there is no use in more.
  package func take(_ piece: UnsafeRawBufferPointer) -> Bool {
    var rest = piece[...]
    while failure == nil, !rest.isEmpty {
      if partial.count == 0, let frame = Frames.length(Slice(base: piece, bounds: rest.indices)) {
        guard check(piece[rest.startIndex], frame) else { break }
        if rest.count >= Frames.head + frame {
          let end = rest.startIndex + Frames.head + frame
          open(UnsafeRawBufferPointer(rebasing: piece[rest.startIndex..<end]))
          rest = rest[end...]
          continue
        }
      }
      gather(&rest)
    }
    return failure == nil
  }

  /// Adds to the frame that is not there whole.
  private func gather(_ rest: inout Slice<UnsafeRawBufferPointer>) {
    func add(upTo count: Int) {
      let taken = rest.prefix(max(count - partial.count, 0))
      partial.append(UnsafeRawBufferPointer(rebasing: taken))
      rest = rest.dropFirst(taken.count)
    }
    add(upTo: Frames.head)
    guard let frame = Frames.length(partial.bytes[...]) else { return }
    guard check(partial.base[0], frame) else { return }
    add(upTo: Frames.head + frame)
    if partial.count < Frames.head + frame { return }
    open(partial.bytes)
    partial.clear()
  }

  private static func length(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard bytes.count >= head else { return nil }
    return bytes.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }

  /// Whether a frame of these flags and so many bytes may come.
  private func check(_ flags: UInt8, _ length: Int) -> Bool {
    if end != nil {
      failure = Failure(.data, "", "something follows the end of the answer")
    } else if flags == Frames.isCompressed {
      failure = Failure(.data, "", "the answer is compressed, which was not asked for")
    } else if flags != 0 && !(hasEnd && flags == Frames.isEnd) {
      failure = Failure(.data, "", "the answer is not made of frames of gRPC")
    } else if length > (flags == Frames.isEnd ? Frames.mostOfEnd : most) {
      failure = Failure(.data, "", "a message of the answer is larger than \(most) bytes")
    }
    return failure == nil
  }

  private func open(_ frame: UnsafeRawBufferPointer) {
    let message = UnsafeRawBufferPointer(rebasing: frame[Frames.head...])
    if frame[0] == Frames.isEnd {
      end = Array(message)
    } else {
      failure = each(message)
    }
  }
}
