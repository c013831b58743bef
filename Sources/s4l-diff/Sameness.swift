internal import Core
internal import Digests
internal import Glibc
internal import Records
internal import System
internal import Values

/// Whether two files that have changed on both sides hold the same: looked up only of these, as it
/// means to read them.
///
/// Of a folder that was listed here the file itself is read; of a store what it tells of the digest
/// has to do. What cannot be read or compared is left undecided, and then counts as different.
final class Sameness {
  private let left: Folder?
  private let right: Folder?
  private static let piece = 1 << 18
  private let buffers = (
    UnsafeMutableRawBufferPointer.allocate(byteCount: Sameness.piece, alignment: 16),
    UnsafeMutableRawBufferPointer.allocate(byteCount: Sameness.piece, alignment: 16)
  )

  init(_ left: Folder?, _ right: Folder?) {
    self.left = left
    self.right = right
  }

  deinit {
    buffers.0.deallocate()
    buffers.1.deallocate()
  }

  func agree(_ mine: Record, _ theirs: Record) throws(Failure) -> Bool? {
    switch (left, right) {
    case (nil, nil): return nil
    case (let left?, let right?):
      guard let one = Sameness.open(mine, left), let two = Sameness.open(theirs, right) else {
        return nil
      }
      return compare(one.number, two.number)
    case (let left?, nil): return try digest(of: mine, in: left, as: theirs)
    case (nil, let right?): return try digest(of: theirs, in: right, as: mine)
    }
  }

  private static func open(_ record: Record, _ root: Folder) -> Descriptor? {
    let path = record.ownPath
    guard path.objection == nil, case .success(let folder) = root.beneath(path.parent) else {
      return nil
    }
    let opened = path.name.withCString { name -> Result<Int32, SystemError> in
      do throws(SystemError) { return .success(try folder.reading(name).release()) } catch {
        return .failure(error)
      }
    }
    guard case .success(let number) = opened else { return nil }
    return Descriptor(owning: number)
  }

  private func compare(_ one: Int32, _ other: Int32) -> Bool? {
    while true {
      guard let mine = Sameness.fill(buffers.0, from: one),
        let theirs = Sameness.fill(buffers.1, from: other)
      else { return nil }
      guard mine == theirs else { return false }
      if mine == 0 { return true }
      let one = UnsafeRawBufferPointer(rebasing: buffers.0[..<mine])
      if one.order(against: UnsafeRawBufferPointer(rebasing: buffers.1[..<mine])) != 0 {
        return false
      }
    }
  }

  /// Reads until the buffer is full or the file is over; nil if it cannot be read.
  private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from file: Int32) -> Int? {
    var got = 0
    while got < buffer.count {
      let count = read(file, buffer.baseAddress.map { $0 + got }, buffer.count - got)
      if count < 0, errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { break }
      got += count
    }
    return got
  }

  private static let told: [(member: Member, algorithm: Algorithm)] = [
    (.sha256, .sha256), (.md5, .md5), (.crc64nvme, .crc64nvme), (.crc32c, .crc32c),
  ]

  private func digest(
    of record: Record, in root: Folder, as other: Record
  ) throws(Failure) -> Bool? {
    guard let told = Sameness.told.first(where: { other.has($0.member) }),
      let wanted = try other.text(told.member), let file = Sameness.open(record, root)
    else { return nil }
    let digest = try Digest(told.algorithm)
    while let count = Sameness.fill(buffers.0, from: file.number) {
      if count == 0 { return told.algorithm.text(try digest.finish()) == wanted }
      try digest.update(UnsafeRawBufferPointer(rebasing: buffers.0[..<count]))
    }
    return nil
  }
}
