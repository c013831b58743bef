internal import CLinux

extension Folder {
  /// Whether the file system may compose the letters of names its own way, and so take two names
  /// for one; those known here do not.
  package var mayComposeNames: Bool {
    let plain: Set = [
      0xEF53,  // ext2, ext3, ext4
      0x5846_5342,  // XFS
      0x9123_683E,  // btrfs
      0x0102_1994,  // tmpfs
      0x794C_7630,  // overlay
    ]
    return !plain.contains(Int(s4l_file_system(descriptor)))
  }
}
