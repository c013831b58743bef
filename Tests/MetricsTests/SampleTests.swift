import Core
import Glibc
import Support
import System
import Testing
import Values

@testable import Metrics

@Suite struct SampleTests {
  private func text(_ kept: Samples, _ present: Samples = Samples()) -> String {
    var kept = kept
    let out = Buffer()
    Sheet.write(&kept, present, to: out)
    let lines = String(decoding: out.bytes, as: UTF8.self).split(separator: "\n")
    return lines.filter { !$0.hasPrefix("#") }.joined(separator: "\n")
  }

  @Test("labels are escaped, and read back as they are")
  func labels() throws {
    let key = Series.bytes.key("", [("job", "a\"b\\c\nd}"), ("x", "é")])
    let name = "s4l_sync_bytes_transferred_total"
    #expect(String(decoding: key, as: UTF8.self) == name + #"{job="a\"b\\c\nd}",x="é"}"#)
    let line = try #require(Line(key + Array(" 12".utf8)))
    #expect(line.key == key && line.value == 12 && line.series == .bytes)
  }

  @Test(
    "what is no number of ours is refused",
    arguments: [
      "", "s4l_unknown 1", "s4l_queue_depth", "s4l_queue_depth x", "s4l_queue_depth nan",
      "s4l_queue_depth inf", "s4l_queue_depth{ 1", "s4l_queue_depth{a=\"b} 1",
      "s4l_queue_depth{a=\"b\"", "s4l_queue_depth{=\"b\"} 1", "s4l_queue_depth{a=b} 1",
      "s4l_queue_depth{a=\"\\x\"} 1", "s4l_queue_depth{a=\"b\"}1", "s4l_queue_depth 1 2",
      "s4l_sync_errors_total -1", "s4l_sync_operation_duration_seconds 1",
      "s4l_sync_errors_total_sum 1",
    ])
  func refused(_ text: String) {
    #expect(Line(text.utf8) == nil)
  }

  @Test("a histogram counts a time in every bucket that holds it")
  func histogram() {
    var samples = Samples()
    samples.observe(.duration, [("job", "a")], 2)
    samples.observe(.duration, [("job", "a")], 0.5)
    let lines = text(samples).split(separator: "\n").map { String($0.dropFirst(35)) }
    #expect(
      lines == [
        #"_bucket{job="a",le="0.1"} 0"#, #"_bucket{job="a",le="0.5"} 1"#,
        #"_bucket{job="a",le="1"} 1"#, #"_bucket{job="a",le="5"} 2"#,
        #"_bucket{job="a",le="15"} 2"#, #"_bucket{job="a",le="60"} 2"#,
        #"_bucket{job="a",le="300"} 2"#, #"_bucket{job="a",le="900"} 2"#,
        #"_bucket{job="a",le="3600"} 2"#, #"_bucket{job="a",le="14400"} 2"#,
        #"_bucket{job="a",le="+Inf"} 2"#, #"_sum{job="a"} 2.5"#, #"_count{job="a"} 2"#,
      ])
  }

  @Test("what is kept and what is present is told once, as a sum")
  func sums() {
    var kept = Samples()
    kept.add(.uploadErrors, Series.uploadErrors.key(), 2)
    var present = kept
    present.add(.logBuffer, Series.logBuffer.key(), 1)
    #expect(text(kept, present) == "s4l_log_upload_errors_total 4\ns4l_log_buffer_size 1")
    #expect(text(kept) == "s4l_log_upload_errors_total 2")
  }

  // MARK: The shelf

  private func dead() throws -> Int32 {
    let process = try Process.start(
      program: Path(text: "/bin/true"), arguments: [], stdin: 0, stdout: 1, group: .ours)
    _ = try process.wait()
    return process.identifier
  }

  @Test("what a program counted stays when it has ended, once, and its gauges go")
  func shelf() throws {
    let sandbox = Sandbox()
    let folder = sandbox.folder.appending("metrics")
    let lines = Array("s4l_log_upload_errors_total 3\ns4l_log_buffer_size 7\nnonsense\n".utf8)
    let gone = folder.appending("ship.\(try dead())")
    try folder.makeFolders(mode: 0o700)
    House.write(lines, to: gone)
    House.write(lines, to: folder.appending("ship.\(getpid())"))
    let log = Log(tool: "test")
    for round in 0..<3 {
      let shelf = try Shelf(folder, log)
      let present = try shelf.gather()
      #expect(text(present) == "s4l_log_upload_errors_total 3\ns4l_log_buffer_size 7")
      #expect(text(shelf.totals) == "s4l_log_upload_errors_total 3", "round \(round)")
      #expect(House.read(gone) == nil)
    }
  }

  @Test("a file that was added and did not go, as we died, is not added again")
  func addedOnce() throws {
    let sandbox = Sandbox()
    let folder = sandbox.folder.appending("metrics")
    try folder.makeFolders(mode: 0o700)
    let gone = folder.appending("ship.\(try dead())")
    House.write(Array("s4l_log_upload_errors_total 3\n".utf8), to: gone)
    #expect(sandbox.shell("ln \(gone) kept", asRoot: true).status == 0)
    let log = Log(tool: "test")
    do { _ = try Shelf(folder, log).gather() }
    #expect(sandbox.shell("ln kept \(gone)", asRoot: true).status == 0)
    let shelf = try Shelf(folder, log)
    _ = try shelf.gather()
    #expect(text(shelf.totals) == "s4l_log_upload_errors_total 3")
    #expect(House.read(gone) == nil)
  }

  @Test("two cannot keep the same totals")
  func alone() throws {
    let sandbox = Sandbox()
    let folder = sandbox.folder.appending("metrics")
    let log = Log(tool: "test")
    let first = try Shelf(folder, log)
    let error = #expect(throws: Failure.self) { _ = try Shelf(folder, log) }
    #expect(error?.kind == .later)
    _ = try first.gather()
  }
}
