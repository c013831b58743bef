import Protobuf
import Support
import Testing
import Values

@testable import CloudDrive

/// Messages and frames, byte for byte, as somebody else's encoder writes them.
@Suite("The wire of CloudDrive2") struct WireTests {
  @Test("requests are what protobuf's own encoder makes of them")
  func requests() throws {
    let server = CloudDriveServer(below: Path(text: "/nowhere"))
    let path = "/115/电影/a.mkv"
    let expected: [(Call, String, [String: any Sendable])] = [
      (
        .token("me@example.com", password: "s3cret", code: nil), "GetTokenRequest",
        ["userName": "me@example.com", "password": "s3cret"]
      ),
      (
        .token("me", password: "p", code: "123456"), "GetTokenRequest",
        ["userName": "me", "password": "p", "totpCode": "123456"]
      ),
      (.list(path, refreshes: true), "ListSubFileRequest", ["path": path, "forceRefresh": true]),
      (.list("/", refreshes: false), "ListSubFileRequest", ["path": "/"]),
      (.find(path), "FindFileByPathRequest", ["path": path]),
      (.address(path), "GetDownloadUrlPathRequest", ["path": path]),
      (
        .makeFolder("b", in: "/a"), "CreateFolderRequest", ["parentPath": "/a", "folderName": "b"]
      ),
      (.makeFile("b", in: "/a"), "CreateFileRequest", ["parentPath": "/a", "fileName": "b"]),
      (
        .write([1, 2, 255], at: 5_000_000_000, to: 300), "WriteFileRequest",
        ["fileHandle": "300", "startPos": "5000000000", "length": "3", "buffer": "AQL/"]
      ),
      (.close(7), "CloseFileRequest", ["fileHandle": "7"]),
      (.rename(path, to: "b"), "RenameFileRequest", ["theFilePath": path, "newName": "b"]),
      (.delete([path, "/b"]), "MultiFileRequest", ["path": [path, "/b"]]),
    ]
    for (call, name, members) in expected {
      #expect(try Hex.text(call.message) == server.hex(name, members), "\(name)")
    }
    let frame = Call.close(7).framed
    #expect(frame == [0, 0, 0, 0, 2, 8, 7])
  }

  @Test("a file is read with its large numbers, its fractions of seconds and what is not known")
  func file() throws {
    let server = CloudDriveServer(below: Path(text: "/nowhere"))
    let hex = try server.hex(
      "CloudDriveFile",
      [
        "id": "f1", "name": "a.mkv", "fullPathName": "/115/a.mkv", "size": "5000000000",
        "fileType": "File",
        "writeTime": ["seconds": "1700000000", "nanos": "500000000"],
        "isCloudFile": true,
        "fileHashes": ["1": "D41D8CD98F00B204E9800998ECF8427E", "2": "AB"],
        "downloadUrlPath": ["downloadUrlPath": "/static/{SCHEME}/{HOST}/{PREVIEW}/x?a={b}"],
        "thumbnailUrl": "t", "canSearch": true, "dirCacheTimeToLiveSecs": "0", "readOnly": true,
      ])
    let bytes = try #require(Hex.decode(hex.utf8))
    // Fields that nobody knows, of every form there is.
    let strange: [UInt8] =
      [0xC8, 0x3E, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
      + [0xC9, 0x3E, 1, 2, 3, 4, 5, 6, 7, 8] + [0xCD, 0x3E, 1, 2, 3, 4] + [0xCA, 0x3E, 2, 8, 1]
    for message in [bytes, strange + bytes + strange] {
      try message.withUnsafeBytes { message in
        let file = try #require(CloudFile(message))
        #expect(file.name.map { $0.elementsEqual("a.mkv".utf8) } == true)
        #expect(file.size == 5_000_000_000 && file.kind == .file)
        #expect(file.changed == Timestamp(seconds: 1_700_000_000, nanoseconds: 500_000_000))
        #expect(file.md5?.count == 32)
        let form = try #require(file.address)
        #expect(
          Links("http://h:1").address(form) == "http://h:1/static/http/h:1/False/x?a={b}")
      }
    }
    for cut in 1..<bytes.count {
      // Whatever is left of it is a shorter message or none; it is never read past its end.
      bytes.prefix(cut).withUnsafeBytes { _ = CloudFile($0) }
    }
  }

  @Test("an address by hand has the whole path as one part")
  func links() throws {
    let links = Links("https://films.example.org")
    #expect(
      links.address(of: Path(text: "/115/电影/a b~.mkv"))
        == "https://films.example.org/static/https/films.example.org/False/"
        + "%2F115%2F%E7%94%B5%E5%BD%B1%2Fa%20b~.mkv")
    for form in ["http://elsewhere/x", "", "/a\nb", "/a b"] {
      Array(form.utf8).withUnsafeBytes { #expect(links.address($0) == nil) }
    }
  }

  @Test("frames are the same in whatever pieces they come", arguments: 1...14)
  func pieces(_ size: Int) {
    let whole: [UInt8] =
      [0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9]
      + [0x80, 0, 0, 0, 13] + Array("grpc-status:0".utf8)
    var seen: [[UInt8]] = []
    let frames = Frames(most: 100, hasEnd: true) { message in
      seen.append(Array(message))
      return nil
    }
    for start in stride(from: 0, to: whole.count, by: size) {
      let piece = Array(whole[start..<min(start + size, whole.count)])
      #expect(piece.withUnsafeBytes { frames.take($0) })
    }
    #expect(seen == [[1, 2, 3], [], [9]])
    #expect(frames.isWhole && frames.failure == nil)
    #expect(frames.end == Array("grpc-status:0".utf8))
  }
}
