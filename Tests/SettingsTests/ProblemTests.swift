import Core
import Testing

@testable import Settings

@Suite("What is wrong with a configuration")
struct ProblemTests {
  struct Case: CustomTestStringConvertible {
    let document: String
    let problem: String
    var testDescription: String { problem }

    init(_ document: String, _ problem: String) {
      self.document = document
      self.problem = problem
    }
  }

  static let job = "[[sync_jobs]]\nid = 'a'\nsource_path = '/a'\ndestination_path = '/b'\n"
  static let library = "[[strm_jobs]]\nid = 'a'\noutput_path = '/o'\n"
  static let cases = [
    Case(
      "[daemon]\nconcurrency = 0",
      "f.toml:2:15: daemon.concurrency: 0 is out of range; allowed is an integer from 1 to 100"),
    Case(
      "[daemon]\nconcurrency = '4'",
      "f.toml:2:15: daemon.concurrency: this is a text; allowed is an integer from 1 to 100"),
    Case(
      "[daemon]\n  concurency = 4",
      "f.toml:2:3: daemon.concurency: unknown key; the nearest is concurrency"),
    Case("[deamon]\nx = 1", "f.toml:1:2: deamon: unknown key; the nearest is daemon"),
    Case("zebra_crossing = 1", "f.toml:1:1: zebra_crossing: unknown key"),
    Case(
      "[log]\nlevel = 'loud'",
      "f.toml:2:9: log.level: \"loud\" is unknown; "
        + "allowed is trace, debug, info, warn, error or fatal"),
    Case("daemon = 4", "f.toml:1:1: daemon: this is a table, [daemon]"),
    Case(
      "[sync_jobs]\nid = 'a'",
      "f.toml:1:2: sync_jobs: each of these begins with [[sync_jobs]]"),
    Case("sync_jobs = [1]", "f.toml:1:14: sync_jobs: each of these is a table"),
    Case(
      "[remote]\n'a b' = {}",
      "f.toml:2:1: remote.a b: each of these is a table [remote.NAME], "
        + "NAME of letters, digits, - and _"),
    Case(
      "[remote.x]\ntype = 'ftp'",
      "f.toml:2:8: remote.x.type: \"ftp\" is unknown; "
        + "allowed is path, s3, az, openlist, clouddrive or webdav"),
    Case(
      "[remote.x]\ntype = 'openlist'\nhours = '22-6'",
      "f.toml:3:9: remote.x.hours: \"22-6\" are no hours; "
        + "allowed is hours of the day such as 22:00-06:00 or 00:00-07:00,12:00-13:30"),
    Case(
      job + "schedule = '5m'",
      "f.toml:5:1: sync_jobs.a.schedule: this is a table"),
    Case(
      job + "schedule.type = 'interval'\nschedule.interval = 'soon'",
      "f.toml:6:21: sync_jobs.a.schedule.interval: \"soon\" is no length of time; "
        + "allowed is a length of time such as 500ms, 5m or 1h30m"),
    Case(
      job + "schedule.type = 'cron'",
      "f.toml:1:1: sync_jobs.a.schedule.expression: this must be set while schedule.type is cron; "
        + "allowed is a text"),
    Case(
      job + "schedule.interval = '5m'",
      "f.toml:5:21: sync_jobs.a.schedule.interval: "
        + "this has no effect unless schedule.type is interval"),
    Case(
      job + "filters = ['a', 1]",
      "f.toml:5:11: sync_jobs.a.filters: an item is an integer; allowed is a list of texts"),
    Case(
      job + job,
      "f.toml:5:1: sync_jobs.a: this id is taken by the one at f.toml:1:1"),
    Case(
      job + "[[repositories]]\nid = 'a'\nname = 'n'\npath = '/p'",
      "f.toml:5:1: repositories.a: this id is taken by the one at f.toml:1:1"),
    Case(
      "[[sync_jobs]]\nsource_path = '/a'\ndestination_path = '/b'",
      "f.toml:1:1: sync_jobs[1].id: this must be set; allowed is a text"),
    Case(
      "[[sync_jobs]]\nid = 'a'\nsource_path = ''\ndestination_path = '/b'",
      "f.toml:3:15: sync_jobs.a.source_path: this is empty; allowed is the path of a file or folder"
    ),
    Case(
      "[[file_watchers]]\nid = 'w'\nwatch_path = '/a'\nsync_job_id = 'gone'",
      "f.toml:4:15: file_watchers.w.sync_job_id: there is no \"gone\"; "
        + "allowed is the id of one of [[sync_jobs]]"),
    Case(
      job + "[[file_watchers]]\nid = 'w'\nwatch_path = '/a'\nsync_job_id = 'a'\n"
        + "watch_events = ['open']",
      "f.toml:9:16: file_watchers.w.watch_events: an item is not allowed; "
        + "allowed is a list of any of create, write, remove, rename, chmod"),
    Case(
      "[redis]\naddr = 'localhost'",
      "f.toml:2:8: redis.addr: this is no address with a port; allowed is host:port"),
    Case(
      "[redis]\npassword = 'x'\npassword_file = '/y'",
      "f.toml:3:17: redis.password_file: password is set as well; allowed is one of the two"),
    Case(
      "[daemon]\nlog_level = 'info'\nLogLevel = 'info'",
      "f.toml:3:1: daemon.LogLevel: this was said in line 2 already"),
    Case(
      "[aws]\nbucket_name = 'a'\n[remote.aws]\ntype = 's3'\nbucket = 'b'",
      "f.toml:2:1: aws.bucket_name: this was said in line 5 already"),
    Case(
      "[redis]\ndb = 16",
      "f.toml:2:6: redis.db: 16 is out of range; allowed is an integer from 0 to 15"),
    Case(
      library + "source = 'driv:/'\n[remote.drive]\ntype = 'path'",
      "f.toml:4:10: strm_jobs.a.source: there is no [remote.driv]; the nearest is drive"),
    Case(
      library + "source = 'openlist://nas/'\ntemplate = '{base}{nope}'",
      "f.toml:5:12: strm_jobs.a.template: there is no {nope}; there are {url} {base} {scheme} "
        + "{host} {path} {path_enc} {path_enc_all} {name} {name_enc} {sign} {?sign} {id}"),
    Case(
      library + "source = 'openlist://nas/'\ntemplate = 'opnlist'",
      "f.toml:5:12: strm_jobs.a.template: there is no preset opnlist, and no variable in it; "
        + "presets are openlist, openlist-proxy, cd2, webdav, url, path"),
    Case(
      library + "source = 'd:/'\nmetadata_mode = 'Copy'\n[remote.d]\ntype = 'webdav'",
      "f.toml:5:17: strm_jobs.a.metadata_mode: this is copy, for which mount_path must be set"),
    Case(
      library + "source = 'dav://h/x'\nstrm_mode = 'Local'",
      "f.toml:5:13: strm_jobs.a.strm_mode: this is path, for which mount_path must be set"),
    Case(
      library + "source = '/x/'\n[[strm_jobs]]\nid = 'b'\noutput_path = '/o/'\nsource = '/x'",
      "f.toml:5:1: strm_jobs.b.output_path: strm_jobs.a fills this folder from the same source, "
        + "at f.toml:1:1"),
    Case(
      library + "source = '/x'\n[[strm_jobs]]\nid = 'b'\noutput_path = '/o/'\nsource = '/y'\n"
        + "strategy = 'incremental'",
      "f.toml:5:1: strm_jobs.b.output_path: strm_jobs.a fills this folder from another source, "
        + "at f.toml:1:1: of a name that is in both, each run writes its own over that of the "
        + "other"),
    Case("a = ", "f.toml:1:5: in a key-value pair: encountered end-of-file"),
  ]

  @Test("each mistake is told with its place, what is wrong and what is allowed", arguments: cases)
  func mistake(_ one: Case) {
    #expect(problems(one.document) == [one.problem])
  }

  @Test(
    "a job of a library that can be run as it stands has no problem, nor has one that is off",
    arguments: [
      "source = 'd:/x'\nmetadata_mode = 'copy'\n[remote.d]\ntype = 'webdav'\nmount = '/m'",
      "source = 'd:'\nstrm_mode = 'path'\n[remote.d]\ntype = 'path'\npath = '/m'",
      "source = '/x:y'\nstrm_mode = 'path'\nmetadata_mode = 'copy'",
      "source = 'file:///x'\nmetadata_mode = 'copy'", "source = './d:x'",
      "source = 'd:/'\nenabled = false", "source = 'foo://h/x'",
      "source = '/x'\n[[strm_jobs]]\nid='b'\nsource='/x'\noutput_path='/o'\n"
        + "strategy='incremental'",
      "source = '/x'\n[[strm_jobs]]\nid='b'\nsource='/y'\noutput_path='/o/b'",
      "source = '/x'\n[[strm_jobs]]\nid='b'\nsource='/y'\noutput_path='/o'\nenabled = false",
    ])
  func sound(_ keys: String) {
    #expect(problems(ProblemTests.library + keys) == [])
  }

  @Test("what keeps one job from running keeps nobody else from anything")
  func flaw() {
    let resolution = resolve(ProblemTests.library + "source = 'nosuch:/'")
    #expect(resolution.problems.map(\.gravity) == [.flaw])
    #expect(resolution.errors == [])
  }

  @Test("all mistakes are told at once, in the order of the file")
  func all() {
    let found = problems(
      "[daemon]\nconcurrency = 0\nx = 1\n[redis]\ndb = 'a'\n[cache]\ncache_dir = 1")
    #expect(
      found.map { $0.prefix { $0 != " " } } == [
        "f.toml:2:15:", "f.toml:3:1:", "f.toml:5:6:", "f.toml:7:13:",
      ])
  }

  @Test("no problem shows a secret, whatever is wrong with it")
  func discretion() {
    for document in [
      "[redis]\npassword = ['hunter2']", "[redis]\npassword = {hunter2 = 1}",
      "[s3]\nendpoint = 'hunter2'", "[s3]\nsecret_key = 'hunter2'\nsecret_key_file = 'f'",
      "[redis]\naddr = 'u:hunter2@h'", "[redis]\npassword = 'hunter2",
      "[redis]\npassword = hunter2",
    ] {
      for problem in problems(document, ["S4L_REDIS_DB": "hunter2"]) {
        #expect(!problem.contains("hunter2"), "\(problem)")
      }
    }
  }

  @Test("a file that holds a secret and that others may read earns a warning")
  func shared() {
    let warning =
      "f.toml:1:1: this file holds a secret and others may read it; chmod 600 keeps them out"
    #expect(
      resolve("[redis]\npassword = 'x'", isShared: true).problems.map(\.description) == [warning])
    #expect(resolve("[redis]\npassword_file = '/x'", isShared: true).problems == [])
    #expect(resolve("[redis]\npassword = 'x'").problems == [])
  }

  @Test("what an account of Azure could not mean is told before anything is asked of it")
  func azure() {
    func problems(_ line: String) -> [String] {
      resolve("[remote.b]\ntype = 'az'\n\(line)\n").problems.map(\.description)
    }
    let names = "names of containers are 3 to 63 small letters, digits and single dashes"
    #expect(problems("container = 'My_Files'").first?.contains(names) == true)
    for (line, reason) in [
      ("connection_string = 'AccountName=a;AccountKey=hidden'", "AccountKey is not base64"),
      ("connection_string = 'hidden'", "not NAME=VALUE"), ("account_key = 'hidden'", "not base64"),
      ("sas_token = 'hidden'", "no shared access signature"),
    ] {
      let told = problems(line).first ?? ""
      #expect(told.contains(reason) && !told.contains("hidden"), "\(told)")
    }
    #expect(problems("account_key = 'a2V5'\nsas_token = '?sig=1'") == [])
  }
}
