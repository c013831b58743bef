import Core
import Testing
import Values

@Suite("Connection strings") struct ConnectionStringTests {
  private func text(_ secret: Secret?) -> String? {
    secret?.reveal { String(decoding: $0, as: UTF8.self) }
  }

  @Test("account and key give the usual address, or that of another cloud")
  func usual() throws {
    let plain = try ConnectionString("AccountName=acc;AccountKey=a2V5PQ==")
    #expect(plain.account == "acc" && text(plain.key) == "a2V5PQ==" && plain.signature == nil)
    #expect(plain.endpoint == "https://acc.blob.core.windows.net")
    let other = try ConnectionString(
      ";DefaultEndpointsProtocol=http;;accountname=acc;ACCOUNTKEY=a2V5;"
        + "EndpointSuffix=core.chinacloudapi.cn;")
    #expect(other.endpoint == "http://acc.blob.core.chinacloudapi.cn")
    let own = try ConnectionString(
      "AccountName=acc;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:10000/acc")
    #expect(own.endpoint == "http://127.0.0.1:10000/acc")
  }

  @Test("a shared access signature needs no account")
  func signature() throws {
    for mark in ["", "?"] {
      let given = try ConnectionString(
        "BlobEndpoint=https://x.example;SharedAccessSignature=\(mark)sv=1&sig=a%3D")
      #expect(given.account == nil && given.key == nil && given.endpoint == "https://x.example")
      #expect(text(given.signature) == "sv=1&sig=a%3D")
    }
    let named = try ConnectionString("AccountName=acc;SharedAccessSignature=sig=1")
    #expect(named.endpoint == "https://acc.blob.core.windows.net")
  }

  @Test("the emulator is meant by one word")
  func emulator() throws {
    let here = try ConnectionString("UseDevelopmentStorage=true")
    #expect(here.account == "devstoreaccount1" && here.key != nil)
    #expect(here.endpoint == "http://127.0.0.1:10000/devstoreaccount1")
    let there = try ConnectionString(
      "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://box")
    #expect(there.endpoint == "http://box:10000/devstoreaccount1")
  }

  @Test(
    "what is wrong is told without a word of it",
    arguments: [
      ("", "neither AccountKey nor"), ("AccountName=acc", "neither AccountKey nor"),
      ("AccountKey=a2V5", "no AccountName"), ("hidden", "not NAME=VALUE"),
      ("=hidden", "not NAME=VALUE"), ("AccountName=a;AccountKey=hidden", "not base64"),
      ("AccountName=a;AccountKey=a2V5;accountname=hidden", "says a thing twice"),
      ("SharedAccessSignature=sig=hidden", "neither AccountName nor BlobEndpoint"),
      ("AccountName=a;SharedAccessSignature=hidden", "no shared access signature"),
      ("AccountName=a;SharedAccessSignature=sig=hid den", "no shared access signature"),
    ])
  func wrong(_ given: String, _ reason: String) {
    let failure = #expect(throws: Failure.self) { try ConnectionString(given) }
    #expect(failure?.kind == .config)
    #expect(failure?.reason.contains(reason) == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains("hid") == false)
  }

  @Test("names of containers")
  func containers() {
    for name in ["abc", "a-b-c", "0a0", "$root", "$web", String(repeating: "a", count: 63)] {
      #expect(ContainerName.objection(name) == nil, "\(name)")
    }
    for name in [
      "", "ab", "Abc", "a_b", "a--b", "-abc", "abc-", "$x", "äbc", "a.b",
      String(repeating: "a", count: 64),
    ] { #expect(ContainerName.objection(name) != nil, "\(name)") }
  }
}
