import Core
import Testing
import Values

@testable import s4l_hook

@Suite struct MessageTests {
  private func message(_ text: String) throws -> Message { try Message(Array(text.utf8)) }

  private func change(
    _ form: Message.Change.Form, _ path: String, isFolder: Bool = false
  ) -> Message.Change {
    Message.Change(form: form, path: Path(text: path), isFolder: isFolder)
  }

  private static let frame =
    #""device_name":"nas","user_name":"me","version":"1.1.2","send_time":1737000101"#

  @Test("what CloudDrive2 sends is understood")
  func stock() throws {
    let created = try message(
      #"{\#(Self.frame),"event_category":"file","event_name":"notify","event_time":"1737000000","#
        + #""data":[{"action":"create","is_dir":"false","source_file":"/115/电影/a \"b\".mkv","#
        + #""destination_file":""}]}"#)
    #expect(created.changes == [change(.create, "/115/电影/a \"b\".mkv")])
    #expect(created.flaws.isEmpty && created.mounts.isEmpty && created.job == nil)
    let several = try message(
      #"{\#(Self.frame),"event_category":"file","event_name":"notify","event_time":1737000100,"#
        + #""data":[{"action":"rename","is_dir":true,"source_file":"/115/tmp/S","#
        + #""destination_file":"/115/剧集/S"},{"action":"delete","is_dir":"false","#
        + #""source_file":"/115/old.mkv"},{"action":"modify","source_file":"/115/c"}]}"#)
    #expect(
      several.changes == [
        change(.rename(to: Path(text: "/115/剧集/S")), "/115/tmp/S", isFolder: true),
        change(.remove, "/115/old.mkv"), change(.write, "/115/c"),
      ])
    let single = try message(
      #"{"data":{"action":"delete","is_dir":"True","source_file":"/115/S"}}"#)
    #expect(single.changes == [change(.remove, "/115/S", isFolder: true)])
    let mount = try message(
      #"{\#(Self.frame),"event_category":"mount_point","event_name":"unmount","data":[{"action":"#
        + #""unmount","mount_point":"/mnt/CloudNAS","status":"true","reason":""}]}"#)
    #expect(mount.changes.isEmpty && mount.flaws.isEmpty)
    #expect(mount.mounts == [.init(isThere: false, point: Path(text: "/mnt/CloudNAS"))])
  }

  @Test("the same is understood however it is spelled")
  func spellings() throws {
    let wanted = [change(.create, "/a/b", isFolder: true)]
    for text in [
      #"{"job":"j","events":[{"event":"create","path":"/a/b","dir":true}]}"#,
      #"{"events":[{"event":"create","path":"/a/b","dir":1}],"job":"j"}"#,
      #"{"JobID":"j","FileChange":{"Action":"Created","Path":"/a/b","IsDir":true}}"#,
      #"{"job_id":"j","file_change":{"type":"new","source":"/a/b","is_dir":"1"}}"#,
      #"{"job-id":"j","event":{"op":"ADD","file":"/a/b","isDirectory":"true"}}"#,
      #"{"job":"j","event":[{"event":"create","path":"/a/b","is_folder":true}]}"#,
      #"{"job":"j","event":"create","path":"/a/b","is_dir":true}"#,
    ] {
      let message = try message(text)
      #expect(message.changes == wanted && message.job == "j", "\(text)")
      #expect(message.flaws.isEmpty, "\(text)")
    }
    let bare = try message(
      #"[{"event":"move","path":"/a","to":"/b"},{"event":"chmod","path":"/c"}]"#)
    #expect(bare.changes == [change(.rename(to: Path(text: "/b")), "/a"), change(.chmod, "/c")])
    #expect(try message(#"{"job":7,"events":[]}"#).job == "7")
  }

  @Test("what a change is about is never guessed, and what is sound counts all the same")
  func flaws() throws {
    for item in [
      "1", "[]", "null", "{}", #"{"event":"create"}"#, #"{"event":"create","path":""}"#,
      #"{"event":"create","path":7}"#, #"{"event":7,"path":"/a"}"#, #"{"path":"/a"}"#,
      #"{"event":"boom","path":"/a"}"#, #"{"event":"rename","path":"/a"}"#,
      #"{"event":"rename","path":"/a","to":""}"#, #"{"event":"{action}","path":"/a"}"#,
    ] {
      let message = try message(#"{"events":[{"event":"create","path":"/x"},\#(item)]}"#)
      #expect(message.flaws.count == 1, "\(item)")
      #expect(message.changes == [change(.create, "/x")])
    }
    let old = try message(#"{"data":[{"action":"{action}","source_file":"/a"}]}"#)
    #expect(old.flaws.first?.contains("placeholder {action}") == true)
  }

  @Test(
    "what is no document is refused",
    arguments: [
      "", "x", "1", "null", "\"a\"", #"{"events":[}"#, #"{"a":1,"a":2}"#, "{}{}",
      #"{"data":[{"source_file":"/a/"quoted".mkv"}]}"#, "\u{FEFF}{}",
    ])
  func nonsense(_ text: String) throws {
    #expect(throws: Failure.self) { try message(text) }
  }

  @Test("names that are no text are refused rather than repaired")
  func bytes() throws {
    let body = Array(#"{"event":"create","path":"/a"#.utf8) + [0xFF] + Array(#""}"#.utf8)
    #expect(throws: Failure.self) { try Message(body) }
  }
}
