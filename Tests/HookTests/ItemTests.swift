import Core
import Records
import System
import Testing
import Values

@testable import s4l_hook

@Suite struct ItemTests {
  private func items(_ text: String) throws -> [Item] { try Item.list(Array(text.utf8)) }

  @Test("an item is understood however its members are spelled")
  func spellings() throws {
    let wanted = Item(
      from: Path(text: "/d/a"), to: Path(text: "p/q"), deletesSource: true, overwrites: false)
    for text in [
      #"[{"from":"/d/a","to":"p/q","delete_after_sync":true,"overwrite":false}]"#,
      #"{"folder_path":"/d/a","prefix":"/p/q/","deleteAfterSync":true,"Overwrite":false}"#,
      #"[{"OVERWRITE":false,"FolderPath":"/d/a","Key":"p/q","DELETE-AFTER-SYNC":true}]"#,
    ] {
      #expect(try items(text) == [wanted], "\(text)")
    }
    let plain = Item(from: Path(text: "/d/a"), to: Path(), deletesSource: nil, overwrites: nil)
    #expect(try items(#"{"from":"/d/a","to":"/","overwrite":null}"#) == [plain])
    let many = (0..<500).map { #"{"from":"/d/\#($0)","to":"p"}"# }
    #expect(try items("[" + many.joined(separator: ",") + "]").count == 500)
  }

  @Test(
    "nothing is guessed",
    arguments: [
      "", "x", "null", "1", "\"a\"", "[]", "{}", "[[]]", "[1]", #"{"from":"/a"}"#, #"{"to":"a"}"#,
      #"{"from":"a","to":"b"}"#, #"{"from":"","to":"b"}"#, #"{"from":1,"to":"b"}"#,
      #"{"from":"/a","to":null}"#, #"{"from":"/a","to":"b","x":1}"#,
      #"{"from":"/a","from":"/b","to":"b"}"#, #"{"from":"/a","folder_path":"/a","to":"b"}"#,
      #"{"from":"/a","to":"b","overwrite":"true"}"#, #"{"from":"/a","to":"b","overwrite":1}"#,
      #"{"from":"/a","to":"../b"}"#, #"{"from":"/a","to":"a//b"}"#, #"{"from":"/a","to":"./b"}"#,
      #"{"from":"/a","to":".s4l/x"}"#, #"{"from":"/a\u0000b","to":"b"}"#,
      #"{"from":"/a","to":"b\u0000"}"#, #"[{"from":"/a","to":"b"},{"from":"/a"}]"#,
      #"[{"from":"/a","to":"b"},]"#, #"{"from":"/a","to":"b"}{}"#,
    ])
  func malformed(_ text: String) {
    #expect(throws: Failure.self) { try items(text) }
  }

  @Test("the payload of a plain folder is that of Sync4Loong")
  func payloads() throws {
    func payload(_ text: String, _ source: Source) throws -> String {
      String(decoding: try items(text)[0].sync(source).payload, as: UTF8.self)
    }
    #expect(
      try payload(#"{"from":"/d/a","to":"p"}"#, .folder(Path(text: "/d/a")))
        == #"{"folder_path":"/d/a","prefix":"p"}"#)
    #expect(
      try payload(
        #"{"from":"/l","to":"p\n/é","overwrite":true,"delete_after_sync":false}"#,
        .folder(Path(text: "/d/a")))
        == #"{"folder_path":"/d/a","prefix":"p\n/é","delete_after_sync":false,"overwrite":true}"#)
    #expect(
      try payload(#"{"from":"/d/a","to":"k","delete_after_sync":true}"#, .file(Path(text: "/d/a")))
        == #"{"delete_after_sync":true,"pairs":[{"from":"/d/a","to":"k"}]}"#)
  }
}
