import Core
import Settings

/// Files as the five programs have them.
enum Fixtures {
  static let all = [syncDaemon, sync4Loong, syncStrm, lumilio, devlog, devlogSection]

  static let syncDaemon = """
    [pocketbase]
    url = "http://localhost:8090"
    admin_email = "admin@example.com"
    admin_password = "admin123456"
    timeout_secs = 30
    retry_attempts = 3
    retry_delay_secs = 5

    [daemon]
    pid_file = "/var/run/sync-daemon.pid"
    log_file = "/var/log/sync-daemon.log"
    log_level = "info"
    config_refresh_interval_secs = 300
    auto_restart_on_config_change = false

    [[sync_jobs]]
    id = "documents"
    name = "Documents Sync"
    source_path = "/home/user/Documents"
    destination_path = "/backup/Documents"
    enabled = true
    filters = ["*.tmp", "*.log", ".git/*"]

    [sync_jobs.schedule]
    type = "interval"
    interval = "5m"

    [sync_jobs.sync_options]
    dry_run = false
    preserve_permissions = true
    preserve_timestamps = true
    delete_destination_files = false
    comparison_method = "checksum"
    ignore_hidden_files = false

    [[file_watchers]]
    id = "documents-watcher"
    name = "Documents File Watcher"
    watch_path = "/home/user/Documents"
    sync_job_id = "documents"
    enabled = true
    recursive = true
    debounce_ms = 1000
    watch_events = ["create", "write", "remove", "rename"]

    [concurrency]
    max_concurrent_syncs = 4
    max_file_operations = 100
    sync_queue_size = 1000

    [cache]
    cache_dir = "/var/cache/sync-daemon"
    config_cache_ttl_secs = 300
    file_metadata_cache_ttl_secs = 60
    enable_persistent_cache = false
    """

  static let sync4Loong = """
    [redis]
    addr = "localhost:6379"
    password = "hunter2"
    db = 15

    [s3]
    endpoint = "https://s3.example.org"
    region = "us-east-1"
    bucket = "nix4loong"
    access_key = "hunter2-id"
    secret_key = "hunter2"

    [daemon]
    concurrency = 100
    log_level = "fatal"
    ssh_command = "ssh cache refresh"
    ssh_debounce_minutes = 5
    ssh_timeout_minutes = 10
    enable_ssh_task = true
    delete_after_sync = true

    [publish]
    max_retry = 0
    timeout_minutes = 1440
    """

  static let syncStrm = """
    [[strm_jobs]]
    JobID = "movies"
    source = "drive:/"
    scan_root = "/movies"
    OutputPath = "/srv/library"
    SyncStrategy = "FullResync"
    STRMMode = "Local"
    MetadataOptions = "UpdateMeta"
    MetadataMode = "Download"
    MaxConcurrency = 10
    QPS = 2.5
    depth = 25

    [[strm_jobs]]
    id = "series"
    source = "drive:/series"
    output_path = "/srv/series"
    strategy = "skip-existing"
    metadata_options = "SkipMeta"
    metadata_mode = "none"
    qps = 3

    [remote.drive]
    type = "openlist"
    endpoint = "http://nas:5244"
    mount = "/mnt/drive"
    """

  static let lumilio = """
    [[repositories]]
    RepositoryID = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    path = "/path/to/repository"
    ReconciliationInterval = "24h"

    [repositories.FileWatcherConfig]
    DebounceInterval = "500ms"

    [repositories.ReconciliationConfig]
    BatchSize = 100
    MaxConcurrency = 4
    CalculateHashes = true
    """

  static let devlog = """
    provider = "Aws"
    local_entries_path = "/home/user/devlog"

    [azure]
    connection_string = "AccountName=a;AccountKey=hunter2A"

    [aws]
    bucket_name = "entries"
    region = "eu-central-1"
    """

  static let devlogSection = """
    [sync]
    provider = "AZURE"
    local_entries_path = "/home/user/devlog"

    [sync.azure]
    connection_string = "AccountName=a;AccountKey=hunter2A"
    container_name = "mine"

    [sync.aws]
    bucket_name = "entries"
    region = "eu-central-1"
    """
}

/// What a document resolves to.
func resolve(
  _ document: String, _ variables: [String: String] = [:], isShared: Bool = false
) -> Resolution {
  Resolution(
    Array(document.utf8), file: "f.toml", environment: Environment(variables), isShared: isShared)
}

/// The problems of a document as they are printed.
func problems(_ document: String, _ variables: [String: String] = [:]) -> [String] {
  resolve(document, variables).problems.map(\.description)
}
