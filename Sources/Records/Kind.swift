/// What a record is: the value of its `type` member.
package enum Kind: UInt8, CaseIterable, Sendable {
  case entry, change, outcome, event, hole, head, tail, task, verdict, record, summary, progress
  /// A type of somebody else's, which is forwarded untouched.
  case other

  package init(name: UnsafeRawBufferPointer) {
    self = Kind.allCases.first { $0 != .other && $0.name.utf8.elementsEqual(name) } ?? .other
  }

  package var name: String { "\(self)" }

  package var help: String {
    switch self {
    case .entry: "A file (or, where asked for, a folder, whose path ends in a slash)."
    case .change: "An entry that is to be copied, deleted, kept or forgotten."
    case .outcome: "What became of one record: its members, and whether it was done."
    case .event: "A change seen by a watcher or told by a webhook."
    case .hole: "A file or subtree of which nothing is known; it is neither copied nor deleted."
    case .head: "Opens a section and says what it speaks of."
    case .tail: "Closes a section and says whether it is complete."
    case .task: "A piece of work for a queue."
    case .verdict: "What became of a try of a task."
    case .record: "A file as an index remembers it, or a repository."
    case .summary: "What became of a whole run."
    case .progress: "How far a transfer is; told apart from the stream, to whoever asked for it."
    case .other: "Anything else; it is forwarded untouched."
    }
  }

  /// The members that a record of this kind has; those of other kinds are forwarded all the same.
  package var members: [Member] {
    let file: [Member] = [
      .path, .size, .mtime, .stored, .ctime, .mode, .inode, .device, .etag, .md5, .sha256, .crc32c,
      .crc64nvme, .partSize, .link, .url, .sign, .storageClass,
    ]
    let change: [Member] = file + [.action, .to, .why, .was, .target, .held]
    switch self {
    case .entry: return file
    case .change: return change
    case .outcome: return change + [.did, .ok, .now, .confirmed, .kind, .reason]
    case .event: return [.root, .path, .event, .to, .size, .mtime]
    case .hole: return [.path, .kind, .reason]
    case .head:
      return [
        .version, .tool, .view, .root, .left, .right, .dry, .order, .filters, .links, .dirs, .grain,
        .hashes, .leftMounts, .rightMounts, .entries,
        .elsewhere,
      ]
    case .tail:
      return [
        .complete, .records, .entries, .bytes, .holes, .targetEntries, .leftEntries, .rightEntries,
        .skipped, .uncompared, .leftKnown, .rightKnown,
      ]
    case .summary:
      return [
        .folderPath, .prefix, .totalFiles, .uploadedFiles, .failedFiles, .duration, .started, .dry,
        .deletedFiles, .skippedFiles, .bytesCopied, .status, .run, .job,
        .repository, .repositoryID, .operationType, .state, .filesScanned, .filesAdded,
        .filesUpdated, .filesRemoved, .startTime, .endTime, .durationMilliseconds, .errorMessage,
        .isWatching, .totalBytes, .conflicts,
      ]
    case .progress:
      return [
        .tool, .entries, .bytes, .failed, .vanished, .totalEntries, .totalBytes, .counted,
        .complete,
      ]
    case .task:
      return [
        .id, .queue, .taskType, .payload, .state, .maxRetry, .retried, .lastError, .timeout,
        .deadline, .due, .retention, .unique, .uniqueFor, .serial, .headers, .result, .lease,
        .attempt, .worker,
      ]
    case .verdict:
      return [
        .id, .queue, .taskType, .ok, .kind, .reason, .result, .state, .attempt, .due, .duration,
      ]
    case .record:
      return [
        .repository, .repositoryID, .root, .area, .path, .size, .mtime, .sha256, .lastScanned,
        .scanGeneration, .createdAt, .updatedAt,
      ]
    case .other: return []
    }
  }

  /// The members without which such a record says nothing.
  package var required: [Member] {
    switch self {
    case .entry, .change, .outcome, .hole: [.path]
    case .event: [.path, .event]
    case .head: [.version, .view]
    case .tail: [.complete, .records]
    case .progress: [.entries, .bytes, .complete]
    case .verdict: [.id, .ok]
    case .task, .record, .summary, .other: []
    }
  }
}
