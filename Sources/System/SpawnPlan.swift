internal import Core
internal import Glibc
internal import Values

/// What `posix_spawn` is told about a child: descriptors, signals, process group.
struct SpawnPlan: ~Copyable {
  private var actions = posix_spawn_file_actions_t()
  private var attributes = posix_spawnattr_t()
  private var flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
  private var copies: [Int32] = []

  /// Each source is first copied above all targets, so that no mapping overwrites the source of
  /// another, whatever the numbers; the copies close when the program starts.
  init(_ mappings: [(from: Int32, to: Int32)], _ program: Path) throws(Failure) {
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    let above = (mappings.map(\.to).max() ?? 2) + 1
    for mapping in mappings {
      let copy = fcntl(mapping.from, F_DUPFD_CLOEXEC, max(above, 3))
      if copy < 0 { throw Failure(errno: errno, program) }
      copies.append(copy)
      posix_spawn_file_actions_adddup2(&actions, copy, mapping.to)
    }
    var defaults = Interrupt.restorable
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setsigmask(&attributes, &mask)
  }

  deinit {
    for copy in copies { _ = close(copy) }
    var actions = actions
    var attributes = attributes
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }

  mutating func join(_ group: Process.Group) {
    guard let leader = group.leader else { return }
    flags |= POSIX_SPAWN_SETPGROUP
    posix_spawnattr_setpgroup(&attributes, leader)
  }

  mutating func spawn(
    _ program: Path, _ arguments: [[UInt8]], _ environment: [[UInt8]]
  ) -> Result<pid_t, SystemError> {
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var identifier: pid_t = 0
    let error = program.withCString { path in
      CStrings(arguments).withPointers { arguments in
        CStrings(environment).withPointers { environment in
          posix_spawn(&identifier, path, &actions, &attributes, arguments, environment)
        }
      }
    }
    return error == 0 ? .success(identifier) : .failure(SystemError(number: error))
  }

  /// Our environment, byte for byte, with some variables set anew.
  static func environment(adding variables: [(name: String, value: String)]) -> [[UInt8]] {
    var entries: [[UInt8]] = []
    var next = environ
    while let entry = next.pointee {
      entries.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
      next += 1
    }
    for variable in variables {
      let prefix = Array("\(variable.name)=".utf8)
      entries.removeAll { $0.starts(with: prefix) }
      entries.append(prefix + Array(variable.value.utf8))
    }
    return entries
  }
}

/// A list of strings as `exec` wants it: pointers, the last one null.
struct CStrings {
  private let strings: [[UInt8]]

  init(_ strings: [[UInt8]]) {
    self.strings = strings
  }

  func withPointers<Answer>(
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Answer
  ) -> Answer {
    var starts: [Int] = []
    var bytes: [CChar] = []
    for string in strings {
      starts.append(bytes.count)
      bytes += string.map { CChar(bitPattern: $0) } + [0]
    }
    return bytes.withUnsafeMutableBufferPointer { bytes in
      var pointers = starts.map { bytes.baseAddress?.advanced(by: $0) }
      pointers.append(nil)
      return body(&pointers)
    }
  }
}
