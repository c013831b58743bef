internal import Core
internal import System
internal import Values

/// The file system of this machine, and the notices of its kernel.
final class Kernel: Ground {
  let notices: Notices
  private let mask: UInt32
  private let names: UnsafeMutableRawBufferPointer

  init(_ happenings: Happening.Choice) throws(SystemError) {
    notices = try Notices()
    var mask: Notice.Mask = [.created, .deleted, .movedFrom, .movedTo, .onlyFolders, .onlyNamed]
    if happenings.holds(.write) { mask.insert(.written) }
    if happenings.holds(.chmod) { mask.insert(.attributes) }
    self.mask = mask.rawValue
    names = .allocate(byteCount: 65_536, alignment: 16)
  }

  deinit {
    names.deallocate()
  }

  /// The folder is watched as the one that is open, so that both are the same whatever happens to
  /// its name meanwhile.
  func enter(
    _ folder: UnsafePointer<CChar>, isRoot: Bool, on device: UInt64?
  ) -> Result<Entry, SystemError> {
    let opened: Folder
    switch Folder.withoutLinks(folder) {
    case .success(let folder): opened = folder
    case .failure(let error): return .failure(error)
    }
    let inode: Inode
    do throws(SystemError) { inode = try opened.inode() } catch { return .failure(error) }
    if let device, inode.device != device { return .failure(.otherDevice) }
    let itself: Notice.Mask = isRoot ? [.deletedSelf, .movedSelf] : []
    return notices.watch(opened, mask | itself.rawValue).map { [names] watch in
      Entry(watch: watch, device: inode.device, inode: inode.inode) { (body) throws(Failure) in
        try opened.names(names) { (name, type) throws(Failure) in
          try body(name, Entry.Form(type: type))
        }
      }
    }
  }

  func leave(_ watch: Int32) { notices.forget(watch) }

  func look(
    _ path: UnsafePointer<CChar>, isBrief: Bool
  ) -> Result<Inode, SystemError> {
    Inode.at(Folder.current, path, followsLinks: false, brief: isBrief)
  }

  var queued: Int { notices.queued }

  var now: Int64 { Clock.elapsed() }
}

extension Entry.Form {
  /// The types as the kernel numbers them in folders.
  init(type: UInt8) {
    self =
      switch type {
      case 0: .unknown
      case 4: .folder
      case 8: .file
      default: .other
      }
  }
}
