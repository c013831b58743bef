internal import Core
internal import Settings
internal import Supervision
internal import Values

/// Whom a configuration wants at work.
struct Posts {
  private let configuration: Configuration
  private let config: [UInt8]

  /// `config` is the file that they are to read, which is always one that is right.
  init(_ configuration: Configuration, config: [UInt8]) {
    self.configuration = configuration
    self.config = config
  }

  var all: [Roster.Post] {
    var posts = [cron, worker]
    if let watcher { posts.append(watcher) }
    if isConfigured("hook") {
      posts.append(Roster.Post("hook", "hook", named, version: of("hook", "queue", "redis")))
    }
    if isConfigured("metrics") {
      // It shows all jobs, and the end of the log.
      let version = of(
        "metrics", "queue", "redis", "daemon", "sync_jobs", "strm_jobs", "repositories")
      posts.append(Roster.Post("metrics", "metrics", named, version: version))
    }
    if let hub = configuration.group("pocketbase"), hub.text("url") != nil,
      hub.flag("read_config") ?? true
    {
      posts.append(
        Roster.Post(
          "pocketbase", "conf", words("pull", "--watch") + named,
          version: of("pocketbase", "cache", "metrics")))
    }
    if let ship { posts.append(ship) }
    if configuration.groups(of: "repositories").contains(where: { $0.flag("enabled") ?? true }) {
      // It follows the configuration by itself.
      posts.append(Roster.Post("repositories", "run", words("--watch") + named))
    }
    return posts
  }

  private var named: [[UInt8]] { [Array("--config=".utf8) + config] }

  private func words(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

  private var cron: Roster.Post {
    let version = of("sync_jobs", "strm_jobs", "queue", "redis", "publish")
    return Roster.Post("cron", "cron", words("--enqueue") + named, version: version)
  }

  /// Works what is queued. It follows the configuration by itself.
  private var worker: Roster.Post {
    let group = configuration.group("concurrency")
    let width = min(
      group?.integer("max_concurrent_syncs") ?? 4, group?.integer("max_file_operations") ?? 100)
    return Roster.Post(
      "worker", "queue", words("work", "--concurrency=\(width)") + named,
      version: of("queue", "redis"))
  }

  /// One that watches all folders: what its events mean is for us to tell.
  private var watcher: Roster.Post? {
    let folders = Set(FileWatcher.all(configuration).map(\.folder)).sorted()
    if folders.isEmpty { return nil }
    return Roster.Post("watcher", "watch", words("--") + folders.map(\.bytes))
  }

  /// Who sends what all of them say, if there is somebody to send it to.
  private var ship: Roster.Post? {
    guard let hub = configuration.group("pocketbase"), hub.text("url") != nil,
      hub.flag("ship_logs") ?? true
    else { return nil }
    return Roster.Post(
      Posts.ship, "ship", words("--grace=2s") + named, version: of("pocketbase"))
  }

  static let ship = "ship"

  private func isConfigured(_ section: String) -> Bool {
    configuration.group(section)?.isPresent ?? false
  }

  /// Tells one state of some sections from another.
  private func of(_ sections: String...) -> UInt64 {
    var sum = FNV()
    for group in configuration.groups where sections.contains(group.section) {
      sum.add("\(group.section) \(group.name ?? "")\n".utf8)
      for (key, entry) in group.entries.sorted(by: { $0.key < $1.key }) {
        sum.add("\(key)=".utf8)
        if case .secret(let secret) = entry.value {
          secret.reveal { sum.add($0) }
        } else {
          sum.add("\(entry.value)\n".utf8)
        }
      }
    }
    return sum.value
  }
}
