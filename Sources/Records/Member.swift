/// Every member that a record of ours may have: the one declaration from which the reader, the
/// writer, the man pages and the contract test come.
package enum Member: UInt8, CaseIterable, Sendable {
  // The frame of a section.
  case type, version, tool, view, root, left, right, dry, order, filters, links, dirs, grain
  case hashes, leftMounts, rightMounts, elsewhere
  case complete, records, entries, bytes, holes
  case targetEntries, leftEntries, rightEntries, skipped, uncompared, leftKnown, rightKnown
  // A file.
  case path, size, mtime, stored, ctime, mode, inode, device, etag, md5, sha256, crc32c, crc64nvme
  case partSize, link, url, sign, storageClass
  // What is to be done with it, and what was.
  case action, to, why, was, target, held
  case did, ok, now, confirmed, kind, reason
  // What was seen of it.
  case event
  // What became of a run.
  case folderPath, prefix, totalFiles, uploadedFiles, failedFiles, duration
  case started, deletedFiles, skippedFiles, bytesCopied, status, run, job
  case failed, vanished, totalEntries, totalBytes, counted, conflicts
  // A task of a queue.
  case id, queue, taskType, payload, state, maxRetry, retried, lastError, timeout, deadline, due
  case retention, unique, uniqueFor, serial, headers, result, lease, attempt, worker
  // A repository, what is remembered of its files, and what was done to remember it.
  case repository, repositoryID, area, lastScanned, scanGeneration, createdAt, updatedAt
  case operationType, filesScanned, filesAdded, filesUpdated, filesRemoved
  case startTime, endTime, durationMilliseconds, errorMessage, isWatching

  /// What a member's value looks like.
  package enum Form: String, CaseIterable, Sendable {
    /// A name: text if it is UTF-8; otherwise the member is called `NAME_bytes` and holds base64.
    case name
    case text
    case integer
    /// RFC 3339, UTC, to the nanosecond.
    case time
    case flag
    /// An array of texts.
    case list
    /// An object of the size, mtime and etag that tell one version of a file from another.
    case fingerprint
  }

  package var declaration: (name: StaticString, form: Form, help: String) {
    switch self {
    case .type: ("type", .text, "What the record is; it comes first. Without it, an entry.")
    case .version: ("version", .integer, "The version of this format: 1.")
    case .tool: ("tool", .text, "The program that wrote the section.")
    case .view: ("view", .text, "What absence means: listing, selection, plan or events.")
    case .root: ("root", .name, "The location that the paths lie below.")
    case .left: ("left", .name, "The location on the left of a plan: its source.")
    case .right: ("right", .name, "The location on the right of a plan: its target.")
    case .dry: ("dry", .flag, "True if nothing may be changed.")
    case .order: ("order", .text, "\"path\" if the records come in byte order of their paths.")
    case .filters: ("filters", .list, "Which paths the listing speaks of.")
    case .links: ("links", .text, "How symbolic links were treated: skip, list or follow.")
    case .dirs: ("dirs", .flag, "True if folders have entries of their own.")
    case .grain: ("grain", .integer, "How many nanoseconds the times are exact to, if not to one.")
    case .hashes: ("hashes", .list, "Which digests its files are given, where they can be read.")
    case .leftMounts: ("left_mounts", .list, "The file systems that the left side lies on.")
    case .rightMounts: ("right_mounts", .list, "The file systems that the right side lies on.")
    case .elsewhere: ("elsewhere", .flag, "True if a tool acted on another place than planned.")
    case .complete: ("complete", .flag, "True if the section says all there is to say.")
    case .records: ("records", .integer, "How many lines lie between head and tail.")
    case .entries: ("entries", .integer, "How many entries or changes are, or were, among them.")
    case .bytes: ("bytes", .integer, "The sum of the sizes.")
    case .holes: ("holes", .integer, "How many holes are among them.")
    case .targetEntries: ("target_entries", .integer, "How many files the target has.")
    case .leftEntries: ("left_entries", .integer, "How many files the left side has.")
    case .rightEntries: ("right_entries", .integer, "How many files the right side has.")
    case .skipped: ("skipped", .integer, "How many files lay where nothing is known.")
    case .uncompared: ("uncompared", .integer, "How many files had no digest in common.")
    case .leftKnown: ("left_known", .integer, "How many files of the left the base names.")
    case .rightKnown: ("right_known", .integer, "How many files of the right the base names.")
    case .path: ("path", .name, "The name below the root, parts joined by a slash.")
    case .size: ("size", .integer, "Length in bytes.")
    case .mtime: ("mtime", .time, "When the file itself was last changed, if known.")
    case .stored: ("stored", .time, "When the store took the file in.")
    case .ctime: ("ctime", .time, "When the file or its metadata were last changed.")
    case .mode: ("mode", .text, "Permissions, in octal.")
    case .inode: ("inode", .text, "The number of the file on its device.")
    case .device: ("device", .text, "The number of the device.")
    case .etag: ("etag", .text, "The entity tag that a store gives the version.")
    case .md5: ("md5", .text, "MD5, in hexadecimal.")
    case .sha256: ("sha256", .text, "SHA-256, in hexadecimal.")
    case .crc32c: ("crc32c", .text, "CRC-32C, in base64, as stores print it.")
    case .crc64nvme: ("crc64nvme", .text, "CRC-64/NVME, in base64, as stores print it.")
    case .partSize: ("part_size", .integer, "The size of the parts behind a multipart etag.")
    case .link: ("link", .name, "Where the symbolic link points.")
    case .url: ("url", .text, "An address from which the file can be fetched.")
    case .sign: ("sign", .text, "What a drive wants to see with a request for the file.")
    case .storageClass: ("class", .text, "The storage class.")
    case .action: ("do", .text, "What is to be done: copy, delete, keep or forget.")
    case .to: ("to", .name, "The side that is to change; of an event, the new name.")
    case .why:
      (
        "why", .text,
        "Why: new, newer, size, mtime, hash, orphan, excluded, conflict or flip."
      )
    case .was: ("was", .fingerprint, "The target as it was when the plan was made.")
    case .target: ("target", .name, "The name at the target, where it differs.")
    case .held: ("held", .integer, "Of a delete put off before: how many files there were then.")
    case .did:
      (
        "did", .text,
        "What was done: copy, write, delete, keep, skip, hash, verify, check or vanished."
      )
    case .ok: ("ok", .flag, "Whether it was done.")
    case .now: ("now", .fingerprint, "The target as it is afterwards.")
    case .confirmed: ("confirmed", .flag, "True if the target was checked to hold the bytes read.")
    case .kind: ("kind", .text, "What a caller may do about a failure or a hole.")
    case .reason: ("reason", .text, "Why, in the words of the system or the server.")
    case .event: ("event", .text, "What happened: create, write, remove, rename or chmod.")
    case .folderPath: ("folder_path", .name, "The source of a run.")
    case .prefix: ("prefix", .name, "The target of a run.")
    case .totalFiles: ("total_files", .integer, "How many files the source has.")
    case .uploadedFiles: ("uploaded_files", .integer, "How many files were copied.")
    case .failedFiles: ("failed_files", .list, "The files that failed.")
    case .duration: ("duration", .text, "How long the run took, as in 1m2.5s.")
    case .started: ("started", .time, "When the run began.")
    case .deletedFiles: ("deleted_files", .integer, "How many files were deleted.")
    case .skippedFiles: ("skipped_files", .integer, "How many files nothing is known of.")
    case .bytesCopied: ("bytes_copied", .integer, "How many bytes were copied.")
    case .status: ("status", .integer, "The exit status of the run.")
    case .failed: ("failed", .integer, "How many items have failed so far.")
    case .vanished: ("vanished", .integer, "How many files were gone before they could be copied.")
    case .totalEntries: ("total_entries", .integer, "How many files are to be copied.")
    case .totalBytes: ("total_bytes", .integer, "The sum of their sizes.")
    case .counted: ("counted", .flag, "True once these totals will not grow any more.")
    case .conflicts:
      ("conflicts", .integer, "How many files had changed on both sides, so that one version won.")
    case .id: ("id", .text, "What the task is called.")
    case .queue: ("queue", .text, "The queue that the task is in.")
    case .taskType: ("task_type", .text, "What kind of work the task is.")
    case .payload: ("payload", .name, "What the task is about: any bytes.")
    case .state:
      (
        "state", .text,
        "Where a task stands: pending, active, scheduled, retry, archived or completed; or an "
          + "operation: running, completed or failed."
      )
    case .maxRetry: ("max_retry", .integer, "How often the task may be tried again.")
    case .retried: ("retried", .integer, "How often it has been tried again.")
    case .lastError: ("last_error", .text, "Why its last try failed.")
    case .timeout: ("timeout", .text, "How long a try may take, as in 30m.")
    case .deadline: ("deadline", .time, "The moment by which the task must be done.")
    case .due:
      (
        "due", .time,
        "When the task becomes ready; of a completed one until when it is kept, of an archived one "
          + "since when it is."
      )
    case .retention: ("retention", .text, "How long the task is kept once it is done, as in 24h.")
    case .unique: ("unique", .flag, "True if its like shall not be queued while it waits or runs.")
    case .uniqueFor: ("unique_for", .text, "The same, for so long at most.")
    case .serial: ("serial", .text, "Tasks of a queue with the same text run one at a time.")
    case .headers: ("headers", .list, "What else goes along with the task, each as NAME=VALUE.")
    case .result: ("result", .name, "What the work has brought: any bytes.")
    case .lease:
      ("lease", .time, "Until when the task is its worker's; to a handler, when it must be done.")
    case .attempt: ("attempt", .integer, "Which try this is, from 1.")
    case .worker: ("worker", .text, "The worker process.")
    case .repository: ("repository", .text, "What the repository is called.")
    case .repositoryID: ("repository_id", .text, "Its UUID.")
    case .area: ("area", .name, "The folder inside that belongs to the user.")
    case .lastScanned: ("last_scanned", .time, "When the file was last seen.")
    case .scanGeneration:
      ("scan_generation", .integer, "The number of the operation that saw it last.")
    case .createdAt: ("created_at", .time, "Since when the file is remembered.")
    case .updatedAt: ("updated_at", .time, "When what is remembered of it last changed.")
    case .operationType:
      ("operation_type", .text, "What was done: startup, reconciliation or realtime.")
    case .filesScanned: ("files_scanned", .integer, "How many files, or events, were looked at.")
    case .filesAdded: ("files_added", .integer, "How many files became known.")
    case .filesUpdated: ("files_updated", .integer, "How many were not as they were known.")
    case .filesRemoved: ("files_removed", .integer, "How many were forgotten.")
    case .startTime: ("start_time", .time, "When the operation began.")
    case .endTime: ("end_time", .time, "When it ended.")
    case .durationMilliseconds: ("duration_ms", .integer, "How long it took, in milliseconds.")
    case .errorMessage: ("error_message", .text, "What went wrong.")
    case .isWatching: ("is_watching", .flag, "True while changes are written as they happen.")
    case .job: ("job", .text, "The job that was run, or the type of the task.")
    case .run: ("run", .text, "The identifier of the run, which names its file of results.")
    }
  }

  package var name: String { "\(declaration.name)" }
  package var form: Form { declaration.form }
  package var help: String { declaration.help }
}

/// A set of members.
package struct Members: Sendable, ExpressibleByArrayLiteral {
  /// How many there are.
  package static let count = Member.allCases.count

  private var bits: UInt128 = 0

  package init(arrayLiteral elements: Member...) {
    for member in elements { bits |= 1 << UInt128(member.rawValue) }
  }

  package func contains(_ member: Member) -> Bool { holds(member.rawValue) }

  func holds(_ number: UInt8) -> Bool { bits >> UInt128(number) & 1 == 1 }

  package func union(_ other: Members) -> Members {
    var both = self
    both.bits |= other.bits
    return both
  }
}
