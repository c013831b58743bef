import Core
import Testing

@testable import Settings

@Suite("Environment variables")
struct VariableTests {
  @Test("a variable overrides the file, which overrides the default")
  func precedence() throws {
    let document = "[daemon]\nconcurrency = 7\nlog_level = 'debug'"
    let daemon = try #require(
      resolve(document, ["S4L_DAEMON_CONCURRENCY": "9"]).configuration.group("daemon"))
    #expect(daemon.entries["concurrency"] == .init(9, .variable("S4L_DAEMON_CONCURRENCY")))
    #expect(daemon.entries["log_level"] == .init("debug", .file("f.toml", line: 3, column: 13)))
    #expect(daemon.entries["ssh_timeout_minutes"] == .init(10, .standard))
  }

  @Test("the prefix of Sync4Loong works, and ours wins over it")
  func prefixes() {
    var variables = ["SYNC4LOONG_REDIS_ADDR": "one:1"]
    #expect(resolve("", variables).configuration.group("redis")?.text("addr") == "one:1")
    #expect(resolve("", variables).configuration.group("redis")?.isPresent == true)
    variables["S4L_REDIS_ADDR"] = "two:2"
    #expect(resolve("", variables).configuration.group("redis")?.text("addr") == "two:2")
  }

  @Test("Sync4Loong's variables make the remote s3 without any file")
  func remote() throws {
    let variables = ["SYNC4LOONG_S3_BUCKET": "b", "SYNC4LOONG_S3_SECRET_KEY": "hunter2"]
    let resolution = resolve("", variables)
    let remote = try #require(resolution.configuration.group("remote", named: "s3"))
    #expect(remote.text("type") == "s3")
    #expect(remote.text("bucket") == "b")
    #expect(remote["secret_key"] == .secret(Secret(Array("hunter2".utf8))))
    #expect(resolution.problems == [])
  }

  @Test("a remote that the file has is overridden by its name")
  func named() {
    let document = "[remote.my-cache]\ntype = 's3'\nbucket = 'a'"
    let configuration = resolve(document, ["S4L_REMOTE_MY_CACHE_BUCKET": "b"]).configuration
    #expect(configuration.group("remote", named: "my-cache")?.text("bucket") == "b")
  }

  @Test("a secret from the environment replaces the file's, in either form")
  func secrets() {
    let document = "[redis]\npassword_file = '/x'"
    let resolution = resolve(document, ["S4L_REDIS_PASSWORD": "hunter2"])
    #expect(resolution.problems == [])
    #expect(resolution.configuration.group("redis")?.text("password_file") == nil)
  }

  @Test("an empty variable counts as unset")
  func empty() {
    #expect(
      resolve("", ["S4L_REDIS_ADDR": ""]).configuration.group("redis")?.text("addr")
        == "localhost:6379")
  }

  @Test(
    "a mistake in a variable is told by its name, without its value",
    arguments: [
      (
        "S4L_DAEMON_CONCURRENCY", "hunter2",
        "S4L_DAEMON_CONCURRENCY: daemon.concurrency: this is no integer; "
          + "allowed is an integer from 1 to 100"
      ),
      (
        "S4L_REDIS_TLS", "hunter2",
        "S4L_REDIS_TLS: redis.tls: this is no flag; allowed is true or false"
      ),
      (
        "S4L_HOOK_ROOTS", "/a",
        "S4L_HOOK_ROOTS: hook.roots: a list cannot be set by a variable; allowed is a list of paths"
      ),
      (
        "S4L_REDIS_ADR", "a:1",
        "S4L_REDIS_ADR: no key can be set by this; the nearest is S4L_REDIS_ADDR"
      ),
    ])
  func mistake(_ variable: String, _ value: String, _ problem: String) {
    #expect(problems("", [variable: value]) == [problem])
  }

  @Test("variables of ours that are no keys are left alone")
  func others() {
    let others = [
      "S4L_CONFIG": "x", "S4L_LOG_LEVEL": "info", "S4L_PIPE": "1", "S4L_PROGRESS_FD": "3",
    ]
    #expect(problems("", others) == [])
  }
}
