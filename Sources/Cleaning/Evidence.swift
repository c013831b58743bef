internal import Core
internal import Records
internal import Store
package import System
package import Values

/// What a file is said to be; before it is deleted it must still be that.
package struct Evidence: Equatable, Sendable {
  package var size: Int?
  package var mtime: Timestamp?
  package var ctime: Timestamp?
  package var inode: UInt64?
  package var device: UInt64?
  /// What a store says of a version: its entity tag, and when it took the file in.
  package var etag: [UInt8]?
  package var stored: Timestamp?

  package init(size: Int? = nil, mtime: Timestamp? = nil) {
    self.size = size
    self.mtime = mtime
  }

  /// Why the file is not the one that is meant; nil if it is, as far as anything was said of it.
  package func objection(to found: Inode) -> String? {
    if let size, size != found.size { return "its size is \(found.size), not \(size)" }
    if let mtime, mtime != found.mtime { return "it was changed meanwhile" }
    if let inode, inode != found.inode { return "another file has taken its name" }
    if let device, device != found.device { return "another file has taken its name" }
    if let ctime, ctime != found.ctime { return "it was touched meanwhile" }
    return nil
  }

  /// The same of a file in a store. What it stored anew is another version, even if both are alike.
  func objection(to found: Object) -> String? {
    let seen = Fingerprint(size: size, mtime: mtime ?? (etag == nil ? stored : nil), etag: etag)
    return found.objection(against: seen)
  }
}

extension Evidence {
  /// What a plan says of a file at its target.
  init(planned record: Record) throws(Failure) {
    let was = try record.fingerprint(.was)
    if let was, was.size != nil || was.mtime != nil {
      self.init(size: was.size, mtime: was.mtime)
      etag = was.etag
    } else {
      self.init(size: try record.integer(.size), mtime: try record.time(.mtime))
      etag = record.bytes(.etag)
    }
    stored = try record.time(.stored)
  }

  /// What was seen of a file when its bytes were read; nil unless all of it is there.
  init?(read record: Record) throws(Failure) {
    guard let size = try record.integer(.size), let mtime = try record.time(.mtime),
      let ctime = try record.time(.ctime),
      let inode = try record.text(.inode).flatMap({ UInt64($0) }),
      let device = try record.text(.device).flatMap({ UInt64($0) })
    else { return nil }
    self.init(size: size, mtime: mtime)
    self.ctime = ctime
    self.inode = inode
    self.device = device
  }

  /// The same but for the time of the last change, which a rename sets.
  var afterRename: Evidence {
    var evidence = self
    evidence.ctime = nil
    return evidence
  }
}
