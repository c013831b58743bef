package import Core
package import Values

/// What has to be done to make a service of systemd, or to be rid of it, step by step.
package struct Installation {
  package enum Step: Equatable, Sendable {
    /// Makes a file of this text, or replaces one that bears our mark.
    case write(Path, String)
    /// Removes a file that bears our mark.
    case remove(Path)
    /// Runs a program, which has to succeed.
    case run([String])
  }

  private let profile: Profile
  /// Where the machine's files lie: `/`, or a folder that stands for it.
  private let root: Path
  /// The folder of a person's configuration.
  private let home: Path
  private let makesUser: Bool

  package init(_ profile: Profile, root: Path, home: Path, makesUser: Bool) {
    self.profile = profile
    self.root = root
    self.home = home
    self.makesUser = makesUser
  }

  package var unit: Path {
    let name = SystemdUnit(profile).fileName
    return switch profile.reach {
    case .machine: root.appending("etc/systemd/system").appending(name)
    case .person: home.appending("systemd/user").appending(name)
    }
  }

  private var account: Path { root.appending("etc/sysusers.d/\(profile.name).conf") }

  /// Writes the files, has systemd read them, and starts the service. Where nothing runs the
  /// service can be told to, only the first is done.
  package func install(runs: Bool, starts: Bool) throws(Failure) -> [Step] {
    var steps: [Step] = []
    if makesUser, case .machine(let user) = profile.reach {
      steps.append(.write(account, SystemdUnit.account(user)))
      if runs { steps.append(.run(["systemd-sysusers", "\(account)"])) }
    }
    steps.append(.write(unit, try SystemdUnit(profile).text))
    if !runs { return steps }
    steps.append(control("daemon-reload"))
    steps.append(control("enable", SystemdUnit(profile).fileName))
    // A service that runs already runs on with what was written just now.
    if starts { steps.append(control("restart", SystemdUnit(profile).fileName)) }
    return steps
  }

  /// Stops it and removes what was written. The user stays: files may belong to it.
  package func uninstall(runs: Bool, hasAccount: (Path) -> Bool) -> [Step] {
    var steps: [Step] = []
    if runs { steps.append(control("disable", "--now", SystemdUnit(profile).fileName)) }
    steps.append(.remove(unit))
    if profile.reach != .person, hasAccount(account) { steps.append(.remove(account)) }
    if runs { steps.append(control("daemon-reload")) }
    return steps
  }

  private func control(_ words: String...) -> Step {
    let side = profile.reach == .person ? ["--user"] : []
    return .run(["systemctl"] + side + words)
  }

  /// What shows whether the user of the service may use a place.
  package func trial(of path: Path, toWrite: Bool) -> [String]? {
    guard case .machine(let user) = profile.reach else { return nil }
    return ["runuser", "-u", user, "--", "test", toWrite ? "-w" : "-r", "\(path)"]
  }
}
