import Doubles
import Foundation
import Support
import Testing
import Values

@Suite("Containers of Azure when things go wrong", .serialized) struct AzureFaultTests {
  /// One for all, as it takes longer to start than to be asked; so they come one by one.
  private static let own = AzureServer()

  let sandbox = Sandbox()
  let server = AzureFaultTests.own

  init() throws {
    try server.fail()
    try server.set([
      "page": 5000, "order": "bytes", "folders": false, "blanks": 0, "bom": true, "skew": 0,
    ])
  }

  private func run(_ script: String, _ more: [String] = []) -> Sandbox.Outcome {
    sandbox.shell(script, environment: server.variables + ["AZURE_MAX_ATTEMPTS=4"] + more)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// Puts files of random bytes at the place; the small ones and one that goes in blocks.
  private func plant(_ count: Int = 3) {
    var dice = Dice(7)
    House.write(dice.bytes(300_000), to: sandbox.folder.appending("large"))
    for number in 0..<count {
      House.write(dice.bytes(100 + number), to: sandbox.folder.appending("\(number)"))
    }
  }

  private func contents(_ count: Int = 3) -> [String: [UInt8]] {
    var files = ["p/large": House.read(sandbox.folder.appending("large")) ?? []]
    for number in 0..<count {
      files["p/\(number)"] = House.read(sandbox.folder.appending("\(number)")) ?? []
    }
    return files
  }

  private static let put = "s4l-scan . | s4l-put --part-size 64k"

  @Test(
    "what passes by itself is asked for again, and what was done is done once",
    arguments: [
      #"{"status": 503, "code": "ServerBusy", "every": 3, "headers": {"Retry-After": "0"}}"#,
      #"{"drop": true, "done": true, "every": 4}"#, #"{"status": 500, "done": true, "every": 3}"#,
      #"{"call": "block", "reset": 9, "times": 2}"#,
      #"{"status": 400, "code": "Md5Mismatch", "call": "put", "times": 1}"#,
      #"{"status": 429, "code": "", "times": 1}"#,
    ])
  func passing(_ fault: String) throws {
    plant()
    let container = try server.container()
    try server.fail(json: fault)
    let put = run("\(Self.put) --if-none-match \(container.location("p"))")
    #expect(put.status == 0, "\(put)")
    let got = run("s4l-ls \(container.location("p")) | s4l-get ../back && diff -r . ../back")
    #expect(got.status == 0, "\(got)")
    try server.fail()
    #expect(try container.contents() == contents())
  }

  @Test("an upload in blocks that was ended goes on where it stopped, if the file is the same")
  func resume() throws {
    plant(0)
    let container = try server.container()
    let place = container.location("p")
    try server.fail(["call": "blocklist", "status": 403, "code": "AuthorizationFailure"])
    let ended = run("\(Self.put) \(place)")
    #expect(ended.status == 1 && ended.text.contains("refused"), "\(ended)")
    #expect(try container.names() == [])
    try server.fail()
    // The third block of five is another now.
    let path = sandbox.folder.appending("large")
    var changed = try #require(House.read(path))
    changed[140_000] ^= 1
    House.write(changed, to: path)
    _ = try server.counts()
    let again = run("\(Self.put) \(place)")
    #expect(again.status == 0, "\(again)")
    let counts = try server.counts()
    #expect(counts == ["blocks": 1, "block": 1, "blocklist": 1], "\(counts)")
    #expect(try container.contents() == contents(0))
    // Of blocks that were sent and of those that were there, the MD5 is of the very file.
    let digest = run("md5sum <large").text.prefix(32)
    #expect(try container.head("p/large")["md5"] as? String == String(digest))
    let known = run("s4l-ls \(place)")
    #expect(known.text.contains("\"md5\":\"\(digest)\""), "\(known)")
  }

  @Test("a fetch that was killed when all had arrived, but for its name, is completed by the next")
  func killedLast() throws {
    let container = try server.container()
    let place = container.location("p")
    _ = run("head -c 70000000 /dev/urandom >large")
    #expect(run("s4l-scan . | s4l-put \(place)").status == 0)
    // Which of the names it takes away is that of its notes depends on what it finds.
    let killed = run(
      "s4l-ls \(place) >list; for n in 1 2 3 4 5 6; do rm -rf ../back; strace -f -qq -o /dev/null "
        + "-e trace=unlinkat -e inject=unlinkat:signal=KILL:when=$n s4l-get ../back <list; "
        + "cat ../back/.s4l-*.part && break; done; rm list")
    #expect(killed.text.contains("67108864 70000000\n"), "\(killed)")
    _ = try server.counts()
    let again = run("s4l-ls \(place) | s4l-get ../back && cmp large ../back/large; ls -A ../back")
    #expect(again.text.hasSuffix("}\nlarge\n"), "\(again)")
    #expect(try server.counts()["get"] == 1)
  }

  @Test("what is cut, bent or replaced on its way never counts as whole")
  func bent() throws {
    let container = try server.container()
    let place = container.location("p")
    try container.put("p/small", bytes("one two three"))
    try container.put("p/large", [UInt8](repeating: 7, count: 1 << 20))
    for fault in [
      ["call": "get", "name": "small", "flip": 3], ["call": "get", "name": "small", "cut": 5],
      ["call": "get", "name": "small", "short": 5], ["call": "get", "name": "small", "length": 5],
      ["call": "get", "name": "small", "md5": true],
    ] as [[String: any Sendable]] {
      try server.fail(fault)
      let got = run(
        "rm -rf back; s4l-ls \(place) | s4l-get back; e=$?; ls back; exit $e",
        ["AZURE_MAX_ATTEMPTS=2"])
      #expect(got.status == 1 && got.text.contains(#""ok":false"#), "\(fault) \(got)")
      #expect(got.text.hasSuffix("\nlarge\n"), "\(fault) \(got)")
    }
    try server.fail()
    #expect(run("s4l-ls \(place) | s4l-get back && cat back/small").text.hasSuffix("one two three"))
  }

  @Test(
    "a listing that dies, lies or runs in circles deletes nothing",
    arguments: [
      #"{"after": 1, "drop": true}"#, #"{"after": 1, "cut": 200}"#, #"{"after": 1, "short": 200}"#,
      #"{"endless": "same"}"#, #"{"endless": "first"}"#, #"{"endless": "blank"}"#,
      #"{"reverse": true}"#, #"{"status": 403, "code": "AuthorizationFailure"}"#,
      #"{"replace": ["<NextMarker>.*</NextMarker>", ""]}"#,
    ])
  func listing(_ fault: String) throws {
    let container = try server.container()
    for number in 0..<8 { try container.put("p/\(number)", bytes("\(number)")) }
    try server.set(["page": 3])
    let place = container.location("p")
    try server.fail(json: #"{"call": "list", "# + fault.dropFirst())
    let listed = run("s4l-ls \(place)", ["AZURE_MAX_ATTEMPTS=2"])
    #expect(listed.status != 0, "\(listed)")
    let pushed = run(
      "mkdir s; s4l-ls \(place) | s4l-diff --delete --allow-empty s | s4l-clean --allow-empty s; "
        + "s4l-push --delete --allow-empty --max-delete 100% s \(place)",
      ["AZURE_MAX_ATTEMPTS=2"])
    #expect(pushed.status != 0, "\(pushed)")
    try server.fail()
    #expect(try container.names().count == 8)
  }

  @Test("listings come in the order of bytes, whatever that of the service is")
  func order() throws {
    let container = try server.container()
    let names = ["a/x", "a-b", "a.c", "z（", "z😀", "z😀/y", "z~", "電", "A"]
    for name in names { try container.put(name, bytes(name)) }
    let wanted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for settings in [
      ["order": "utf16"], ["folders": true], ["blanks": 3], ["bom": false], ["order": "bytes"],
    ] as [[String: any Sendable]] {
      try server.set(["page": 2].merging(settings) { $1 })
      let listed = run("s4l-ls \(container.location()) | jq -r 'select(.type == \"entry\").path'")
      #expect(
        listed.text.split(separator: "\n").map(String.init) == wanted, "\(settings) \(listed)")
    }
  }

  @Test("a clock that is far off is heeded, and told of")
  func clock() throws {
    let container = try server.container()
    try server.set(["skew": 7_200])
    let put = run("echo x >f; s4l-scan . | s4l-put \(container.location("p"))")
    try server.set(["skew": 0])
    #expect(put.status == 0 && put.complaint.contains("our clock is"), "\(put)")
    #expect(try container.names() == ["p/f"])
  }

  @Test("a server that repeats what it was sent gives no secret away", arguments: [true, false])
  func echo(_ isSigned: Bool) throws {
    let container = try server.container()
    let signature = try server.signature(["container": container.name, "permissions": "rlw"])
    let proof = signature.split(separator: "&").first { $0.hasPrefix("sig=") }?.dropFirst(4) ?? ""
    let plain = proof.removingPercentEncoding ?? ""
    let variables =
      isSigned
      ? [
        "AZURE_STORAGE_CONNECTION_STRING=BlobEndpoint=\(server.url);"
          + "SharedAccessSignature=\(signature)"
      ] : server.variables
    try server.fail(["status": 403, "code": "AuthorizationFailure", "echo": true])
    for script in [
      "s4l-ls --log-level debug \(container.location())",
      "echo x >f; s4l-scan . | s4l-put --log-level debug \(container.location())",
    ] {
      let outcome = sandbox.shell(script, environment: variables)
      #expect(outcome.status != 0, "\(outcome)")
      let said = outcome.text + outcome.complaint
      #expect(said.contains("AuthorizationFailure"), "\(said)")
      for secret in [String(proof), plain, server.key] where !secret.isEmpty {
        #expect(!said.contains(secret.prefix(12)), "\(said)")
      }
    }
  }

  @Test("a signature that has ended is told of")
  func ended() throws {
    let container = try server.container()
    let signature = try server.signature(
      ["container": container.name, "permissions": "rl", "seconds": -60])
    let outcome = sandbox.shell(
      "s4l-ls \(container.location())",
      environment: [
        "AZURE_STORAGE_CONNECTION_STRING=BlobEndpoint=\(server.url);"
          + "SharedAccessSignature=\(signature)"
      ])
    #expect(outcome.status == 77 && outcome.complaint.contains("ended at"), "\(outcome)")
  }
}
