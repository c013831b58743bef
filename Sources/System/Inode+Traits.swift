internal import CLinux
internal import Glibc
package import Values

/// What an open file is given besides its bytes.
extension Inode {
  package static func setMode(_ mode: UInt32, of file: Int32) throws(SystemError) {
    try check(Int(fchmod(file, mode_t(mode))))
  }

  package static func setOwner(
    _ owner: UInt32, group: UInt32, of file: Int32
  ) throws(SystemError) {
    try check(Int(fchown(file, owner, group)))
  }

  package static func setTime(_ time: Timestamp, of file: Int32) throws(SystemError) {
    try check(Int(s4l_set_file_times(file, time.seconds, UInt32(time.nanoseconds))))
  }

  /// Gives a file all extended attributes of another; a file system without attributes has none.
  package static func copyAttributes(from source: Int32, to target: Int32) throws(SystemError) {
    let names = try value { s4l_list_attributes(source, $0, $1) }
    for name in names.split(separator: 0) {
      let name = name.map { CChar(bitPattern: $0) } + [0]
      let bytes = try value { s4l_get_attribute(source, name, $0, $1) }
      let set = bytes.withUnsafeBytes {
        s4l_set_attribute(target, name, $0.baseAddress, $0.count)
      }
      try check(Int(set))
    }
  }

  /// Asks for a size, then for so many bytes.
  private static func value(
    _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(SystemError) -> [UInt8] {
    let size = call(nil, 0)
    if size < 0, errno == EOPNOTSUPP { return [] }
    try check(size)
    var bytes = [CChar](repeating: 0, count: size)
    let count = bytes.withUnsafeMutableBufferPointer { call($0.baseAddress, size) }
    try check(count)
    return bytes.prefix(count).map { UInt8(bitPattern: $0) }
  }

  private static func check(_ result: Int) throws(SystemError) {
    if result < 0 { throw SystemError(number: errno) }
  }
}
