import Core
import Testing

@testable import Settings

@Suite("Logins in addresses") struct LoginTests {
  @Test("are refused where they stand, without being repeated")
  func refused() {
    let text = """
      [remote.r]
      type = "webdav"
      endpoint = "http://u:hunter2@h"

      [[sync_jobs]]
      id = "j"
      source_path = "/a"
      destination_path = "dav://u:hunter2@h/x"

      [[strm_jobs]]
      id = "s"
      source = "openlist://u:hunter2@h/x"
      output_path = "/l@b"
      """
    let all = resolve(text)
    #expect(
      all.errors.map(\.key) == [
        "remote.r.endpoint", "sync_jobs.j.destination_path", "strm_jobs.s.source",
      ])
    #expect(all.errors.first?.origin.place == "f.toml:3:12", "\(all.errors)")
    #expect(!all.problems.contains { $0.description.contains("hunter2") })
    #expect(!all.configuration.shown(origins: true).contains("hunter2"))
  }

  @Test("the query of an address is not shown")
  func query() throws {
    let text = """
      [[notify]]
      name = "n"
      type = "kodi"
      url = "http://h/?api_key=hunter2"
      """
    let configuration = resolve(text).configuration
    #expect(configuration.shown(origins: false).contains("url = \"http://h/?[redacted]\""))
    #expect(try configuration.lines(at: "notify.n.url") == ["http://h/?[redacted]"])
  }
}
