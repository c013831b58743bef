package import Values

/// What is remembered of a file.
package struct FileRecord: Equatable, Sendable {
  package var path: [UInt8]
  package var size: Int
  package var time: Timestamp
  /// SHA-256 in hexadecimal, as its letters; empty if it is not known.
  package var hash: [UInt8]
  package var scanned: Timestamp
  package var generation: Int
  package var created: Timestamp
  package var updated: Timestamp

  package init(
    path: [UInt8], size: Int, time: Timestamp, hash: [UInt8] = [],
    scanned: Timestamp = Timestamp(seconds: 0), generation: Int = 0,
    created: Timestamp = Timestamp(seconds: 0), updated: Timestamp = Timestamp(seconds: 0)
  ) {
    self.path = path
    self.size = size
    self.time = time
    self.hash = hash
    self.scanned = scanned
    self.generation = generation
    self.created = created
    self.updated = updated
  }
}

extension Timestamp {
  /// The nearest moment that every index can keep: those of some odd files lie centuries away.
  var kept: Timestamp {
    let edge: Int64 = 9_223_372_036
    if seconds >= edge { return Timestamp(seconds: edge) }
    return seconds < -edge ? Timestamp(seconds: -edge) : self
  }
}

/// A step of what is to become of the records of a repository.
package enum Change: Equatable, Sendable {
  /// The file is as told. It is thought to be new, or to be known; it may be otherwise by now.
  case put(FileRecord, isNew: Bool)
  /// All that is known from one path through another was seen, and is as it was.
  case pass(from: [UInt8], through: [UInt8])
  case remove([UInt8])
  /// Removes what lies below a folder, whose path ends in a slash.
  case removeBelow([UInt8])
}

/// When and by which operation records are written.
package struct Stamp: Equatable, Sendable {
  package var moment: Timestamp
  package var generation: Int

  package init(_ moment: Timestamp, _ generation: Int) {
    self.moment = moment
    self.generation = generation
  }
}
