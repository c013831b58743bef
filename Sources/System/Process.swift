package import Core
internal import Glibc
package import Values

/// How a process ended.
package enum Ended: Equatable, Sendable {
  case exited(Int32)
  case signalled(Int32)

  init(status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
  }

  package var isSuccess: Bool { self == .exited(0) }
}

/// A child of ours. It must be waited for once.
package struct Process: Sendable {
  package let identifier: Int32
  package let program: Path

  /// Which process group the child joins.
  package enum Group: Equatable, Sendable {
    /// Ours, so that what is typed at the terminal reaches it too.
    case ours
    /// One of its own, so that it can be ended with all that it starts.
    case own
    /// That of a child which leads one.
    case of(Process)

    package static func == (one: Group, other: Group) -> Bool {
      one.leader == other.leader
    }

    var leader: pid_t? {
      switch self {
      case .ours: nil
      case .own: 0
      case .of(let process): process.identifier
      }
    }
  }

  /// Starts a program. Of our descriptors it gets those that are named, and those left nil among
  /// the first three; its signals are as a shell would leave them.
  ///
  /// `arguments` follow the program's name. `environment` adds to ours or replaces what is there.
  /// `extra` are pairs of a descriptor of ours and the number it gets.
  package static func start(
    program: Path, arguments: [[UInt8]], environment: [(name: String, value: String)] = [],
    stdin: Int32? = nil, stdout: Int32? = nil, stderr: Int32? = nil,
    extra: [(Int32, Int32)] = [], group: Group = .ours
  ) throws(Failure) -> Process {
    let standard = [(stdin, Int32(0)), (stdout, 1), (stderr, 2)].compactMap { from, to in
      from.map { ($0, to) }
    }
    // A parent that ignored the end of its children would make waiting for ours impossible.
    signal(SIGCHLD, SIG_DFL)
    var plan = try SpawnPlan(standard + extra, program)
    plan.join(group)
    let words = [program.bytes] + arguments
    let error = plan.spawn(program, words, SpawnPlan.environment(adding: environment))
    switch error {
    case .success(let identifier): return Process(identifier: identifier, program: program)
    case .failure(let error): throw error.failure(program)
    }
  }

  /// Becomes another program, which gets our place, our descriptors and ordinary signals. It
  /// returns only if that cannot be.
  package static func become(_ program: Path, _ arguments: [[UInt8]]) -> SystemError {
    Interrupt.restoreDefaults()
    return program.withCString { path in
      CStrings([program.bytes] + arguments).withPointers { arguments in
        execv(path, arguments)
        return SystemError(number: errno)
      }
    }
  }

  /// Waits for the end. A request to stop that arrives meanwhile is passed on.
  package func wait() throws(Failure) -> Ended {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0 {
      let error = errno
      guard error == EINTR else { throw Failure(errno: error, program) }
      if Interrupt.isRequested { terminate() }
    }
    return Ended(status: status)
  }

  /// Asks the process to end. It may already have done so.
  package func terminate() { kill(identifier, SIGTERM) }

  /// Asks the process group that this process leads to end.
  package func terminateGroup() { kill(-identifier, SIGTERM) }

  /// Ends the process group that this process leads, without asking.
  package func killGroup() { kill(-identifier, SIGKILL) }
}
