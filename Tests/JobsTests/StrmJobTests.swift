import Annals
import Bookings
import Core
import Jobs
import Pipeline
import Settings
import Testing
import Values

@Suite("A library as a pipe") struct StrmJobTests {
  private func configuration(_ text: String) throws -> Configuration {
    let resolution = Resolution(
      Array(text.utf8), file: "f.toml", environment: Environment(["HOME": "/home/us"]))
    #expect(resolution.errors.isEmpty, "\(resolution.problems)")
    return resolution.configuration
  }

  private static let drive = """
    [remote.drive]
    type = "openlist"
    endpoint = "http://nas:5244"

    """

  private static let servers = """
    [[notify]]
    name = "den"
    type = "emby"
    url = "http://emby:8096"

    [[notify]]
    name = "hall"
    type = "kodi"
    url = "http://hall:8080"

    """

  private func job(_ keys: String, remote: String = StrmJobTests.drive) throws -> StrmJob {
    let configuration = try configuration(
      remote + "[[strm_jobs]]\nid = \"m\"\noutput_path = \"/srv/lib\"\n" + keys)
    return try StrmJob(try configuration.job("m"), in: configuration)
  }

  /// The stages as a shell would read them, one a line.
  private func stages(_ job: StrmJob) -> [String] {
    String(decoding: job.recipe.shell, as: UTF8.self).split(separator: "\n").map { line in
      let words = line.split(separator: " ").filter { $0 != "|" }
      return words.joined(separator: " ")
    }
  }

  private func stages(_ keys: String, remote: String = StrmJobTests.drive) throws -> [String] {
    stages(try job(keys, remote: remote))
  }

  private let source = "source = \"drive:/\"\nscan_root = \"/movies\"\n"

  @Test("without more, all is listed, written and cleaned")
  func usual() throws {
    #expect(
      try stages(source) == [
        "s4l-ls --jobs=10 --max-depth=25 drive:/movies",
        "s4l-strm --base=http://nas:5244 --template=openlist /srv/lib",
        "s4l-clean --library --orphans /srv/lib",
      ])
  }

  @Test("what exists is skipped: nothing is cleaned, nothing looked at that is there")
  func skipping() throws {
    let keys =
      source + """
        strategy = "skip-existing"
        metadata_mode = "download"
        metadata_options = "update"
        """
    #expect(
      try stages(keys).dropFirst() == [
        "s4l-strm --base=http://nas:5244 --template=openlist --skip-existing /srv/lib",
        "s4l-get --jobs=10 --library --present=skip /srv/lib",
      ])
  }

  @Test("events need no listing, and are cleaned without looking for orphans")
  func events() throws {
    let keys = source + "strategy = \"Webhook\"\nconfirm_runs = 3\nmax_delete = \"20\"\n"
    #expect(
      try stages(keys) == [
        "s4l-strm --base=http://nas:5244 --template=openlist /srv/lib",
        "s4l-clean --library --max-delete=20 /srv/lib",
      ])
  }

  @Test("every key reaches the tool that acts on it")
  func keys() throws {
    let keys =
      source + """
        filters = ["@eaDir/", "*.part"]
        base_url = "https://drive.example.org"
        template = "{base}/p{path_enc}"
        encode = "server"
        map = ["/a=/b"]
        name_template = "{stem}.115.strm"
        collisions = "keep-ext"
        metadata_options = "UpdateMeta"
        metadata_mode = "Copy"
        mount_path = "/mnt/drive"
        stall = "5s"
        max_concurrency = 3
        qps = 2.5
        hours = "01:00-07:00"
        refresh = true
        depth = 4
        min_size = "50MiB"
        media = ["+mp3", "-iso"]
        side_cars = ["+lrc"]
        trash = "/srv/trash"
        max_delete = "20%"
        confirm_runs = 2
        notify = ["hall"]
        """
    let asking = "--qps=2.5 --hours=01:00-07:00"
    let writing =
      "--base=https://drive.example.org '--template={base}/p{path_enc}' --encode=server "
      + "--map=/a=/b '--name-template={stem}.115.strm' --collisions=keep-ext --media=+mp3 "
      + "--media=-iso --min-size=50MiB"
    #expect(
      try stages(keys, remote: Self.drive + Self.servers) == [
        "s4l-ls --jobs=3 --max-depth=4 --refresh --exclude=@eaDir/ '--exclude=*.part' \(asking) "
          + "drive:/movies",
        "s4l-strm \(writing) \(asking) /srv/lib",
        "s4l-get --jobs=3 --side-cars=+lrc --mount=/mnt/drive/movies --stall=5s --library "
          + "--present=update \(asking) /srv/lib",
        "s4l-clean --library --orphans --confirm-runs=2 --max-delete=20% --trash=/srv/trash "
          + "\(asking) /srv/lib",
        "s4l-notify --server=hall /srv/lib",
      ])
  }

  @Test("paths are those below the mount, which the remote may tell")
  func paths() throws {
    let keys = "source = \"drive:/a\"\nscan_root = \"b/\"\nstrm_mode = \"Local\"\n"
    #expect(
      try stages(keys + "mount_path = \"/mnt\"\n")[1]
        == "s4l-strm --mode=path --root=/mnt/a/b /srv/lib")
    let mounted = Self.drive + "mount = \"/mnt/other/\"\n"
    #expect(
      try stages(keys, remote: mounted)[1] == "s4l-strm --mode=path --root=/mnt/other/a/b /srv/lib")
    let folder = "source = \"/mnt/drive\"\nscan_root = \"/b\"\nstrm_mode = \"path\"\n"
    #expect(
      try stages(folder + "metadata_mode = \"copy\"")[1...2] == [
        "s4l-strm --mode=path --root=/mnt/drive/b /srv/lib",
        "s4l-get --jobs=10 --library --present=skip /srv/lib",
      ])
  }

  @Test("servers are told, all of them unless the job names some, or none")
  func servers() throws {
    let remote = Self.drive + Self.servers
    #expect(try stages(source, remote: remote).last == "s4l-notify /srv/lib")
    #expect(
      try stages(source + "notify = [\"hall\", \"den\"]", remote: remote).last
        == "s4l-notify --server=hall --server=den /srv/lib")
    #expect(
      try stages(source + "notify = []", remote: remote).last?.hasPrefix("s4l-clean") == true)
    #expect(try stages(source).last?.hasPrefix("s4l-clean") == true)
  }

  @Test(
    "what cannot be meant is told, with the key",
    arguments: [
      ("source = \"other:/\"", "source: there is no [remote.other]"),
      ("source = \"drive:/\"\nmetadata_mode = \"copy\"", "mount_path: it must be set"),
      ("source = \"drive:/\"\nstrm_mode = \"path\"", "mount_path: it must be set"),
      (
        "source = \"/mnt\"\nstrm_mode = \"path\"\nbase_url = \"http://h\"",
        "base_url: it has no effect"
      ),
      ("source = \"/mnt\"", "base_url: it must be set"),
      ("source = \"drive:/\"\nside_cars = [\"+lrc\"]", "side_cars: it has no effect"),
      ("source = \"drive:/\"\nnotify = [\"attic\"]", "notify: no [[notify]] is called attic"),
    ])
  func mistakes(keys: String, words: String) throws {
    let failure = #expect(throws: Failure.self) { try job(keys) }
    #expect(failure?.kind == .config)
    #expect(failure?.message.contains("strm_jobs.m.\(words)") == true, "\(failure as Any)")
  }

  @Test("a run that looks for orphans is alone at its folder; the others are not")
  func claims() throws {
    for (strategy, mode) in [
      ("full", Claim.Mode.alone), ("incremental", .shared), ("skip-existing", .shared),
    ] {
      let configuration = try configuration(
        Self.drive + "[[strm_jobs]]\nid = \"m\"\noutput_path = \"/srv/lib\"\n" + source
          + "strategy = \"\(strategy)\"\n")
      let job = try StrmJob(try configuration.job("m"), in: configuration)
      let claim = try job.claim(configuration)
      #expect(claim.mode == mode)
      #expect(claim.places == [Path(text: "/srv/lib")])
      #expect(claim.job == Array("strm_job m".utf8))
    }
  }

  @Test("a job is found by id before name, and one that could be two is refused")
  func finding() throws {
    func sync(_ id: String, _ name: String) -> String {
      "[[sync_jobs]]\nid = \"\(id)\"\nname = \"\(name)\"\n" + Self.folders
    }
    func strm(_ id: String, _ name: String) -> String {
      "[[strm_jobs]]\nid = \"\(id)\"\nname = \"\(name)\"\nsource = \"/s\"\noutput_path = \"/o\"\n"
    }
    let all = try configuration(
      sync("a", "films") + strm("b", "films") + sync("c", "d") + strm("d", "e"))
    #expect(try all.job("d").section == "strm_jobs")
    #expect(try all.job("c").section == "sync_jobs")
    #expect(try all.job("e").name == "d")
    let failure = #expect(throws: Failure.self) { try all.job("films") }
    #expect(failure?.kind == .usage)
    #expect(failure?.reason.contains("[[sync_jobs]]") == true)
    #expect(failure?.reason.contains("[[strm_jobs]]") == true)
    #expect(throws: Failure.self) { try all.job("nobody") }
  }

  private static let folders = "source_path = \"/s\"\ndestination_path = \"/d\"\n"

  @Test("the payload of a task says which job, and may say how")
  func payloads() throws {
    #expect(try LibraryTask(payload: Array(#"{"job":"m"}"#.utf8)) == LibraryTask("m"))
    let full = LibraryTask("m", .full)
    #expect(full.payload == Array(#"{"job":"m","strategy":"full"}"#.utf8))
    #expect(try LibraryTask(payload: full.payload) == full)
    for wrong in ["", "[]", "{}", #"{"job":1}"#, #"{"job":"m","strategy":"fast"}"#] {
      let failure = #expect(throws: Failure.self) {
        try LibraryTask(payload: Array(wrong.utf8))
      }
      #expect(failure?.kind == .data)
    }
  }
}
