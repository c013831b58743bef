import Annals
import Core
import Jobs
import Pipeline
import Settings
import Testing
import Values

@Suite struct RepositoryTests {
  private func repository(_ keys: String) throws -> Repository {
    let text = "[[repositories]]\nid = \"photos\"\npath = \"/srv/photos\"\n" + keys
    let configuration = Resolution(
      Array(text.utf8), file: "s4l.toml", environment: Environment([:]), isShared: false
    ).configuration
    return try Repository(try #require(configuration.groups(of: "repositories").first))
  }

  private func shell(_ repository: Repository, isDry: Bool = false) -> String {
    var terms = Repository.Terms(cache: Path(text: "/c"))
    terms.isDry = isDry
    return String(decoding: repository.comparison(terms).shell, as: UTF8.self)
  }

  @Test("with nothing set, both pipes are those that the defaults of Lumilio mean")
  func defaults() throws {
    let repository = try repository("")
    #expect(repository.interval == Span(text: "24h"))
    #expect(
      shell(repository) == """
        s4l-scan --preset=clutter /srv/photos |
          s4l-hash --cache=/c --jobs=4 |
          s4l-index update photos

        """)
    #expect(
      String(decoding: repository.watch(cache: Path(text: "/c")).shell, as: UTF8.self) == """
        s4l-watch --listing --preset=clutter /srv/photos |
          s4l-debounce --wait=500ms |
          s4l-hash --cache=/c --jobs=4 |
          s4l-index apply photos

        """)
  }

  @Test("every key has its option")
  func keys() throws {
    let repository = try repository(
      """
      area = "user/"
      reconciliation_interval = "6h"
      debounce_interval = "2s"
      batch_size = 7
      max_concurrency = 2
      ignore_clutter = false
      types = ["images", "videos"]
      filters = ["*.part"]
      poll = "5m"
      max_cpu_percent = 10
      max_delete = "90%"
      """)
    #expect(repository.interval == Span(text: "6h"))
    #expect(
      shell(repository) == """
        s4l-scan --preset=images --preset=videos '--exclude=*.part' --max-cpu=10 /srv/photos/user |
          s4l-hash --cache=/c --jobs=2 --max-cpu=10 |
          s4l-index update --batch=7 --max-delete=90% --max-cpu=10 photos

        """)
    #expect(
      String(decoding: repository.watch(cache: Path(text: "/c")).shell, as: UTF8.self) == """
        s4l-watch --listing --poll=5m --preset=images --preset=videos '--exclude=*.part' \
        /srv/photos/user |
          s4l-debounce --wait=2s |
          s4l-hash --cache=/c --jobs=2 |
          s4l-index apply --batch=7 --max-delete=90% photos

        """)
  }

  @Test("without digests, and in a dry run, no file is read")
  func reading() throws {
    let plain = """
      s4l-scan --preset=clutter /srv/photos |
        s4l-index update photos

      """
    #expect(try shell(repository("calculate_hashes = false")) == plain)
    #expect(
      try shell(repository(""), isDry: true)
        == plain.replacing("update", with: "update --dry-run"))
  }

  @Test("an area that leads out of the folder is refused")
  func area() throws {
    for area in ["../other", "/etc", "a//b", "a/../../b"] {
      #expect(throws: Failure.self) { try repository("area = \"\(area)\"") }
    }
  }

  @Test("two comparisons of one repository are not made at once, those of two are")
  func claims() throws {
    let one = try repository("").claim
    var other = try repository("").claim
    #expect(one.conflicts(with: other))
    other.job = Array("repository other".utf8)
    #expect(!one.conflicts(with: other))
  }
}
