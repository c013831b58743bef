import Core
import Jobs
import Settings
import Support
import Testing
import Values

/// Two places of one name in different services are two places.
@Suite("Services behind locations") struct ServiceTests {
  private let sandbox = Sandbox()

  private static let key = "AccountName=one;AccountKey=c2VjcmV0;"

  private func service(
    _ location: String, _ text: String = "", _ variables: [String: String] = [:]
  ) throws -> [String] {
    let file = sandbox.folder.appending("c.toml")
    House.write(Array(text.utf8), to: file)
    let resolution = try Resolution.load(file, Environment([:]))
    #expect(resolution.errors.isEmpty, "\(resolution.errors)")
    return try resolution.configuration.service(
      of: Path(text: location), Environment(variables))
  }

  @Test("an account of Azure is told by where it answers, and its key is not")
  func azure() throws {
    func variable(_ text: String) -> [String: String] {
      ["AZURE_STORAGE_CONNECTION_STRING": text]
    }
    let one = try service("az://box/n", "", variable(ServiceTests.key))
    #expect(one == ["https://one.blob.core.windows.net"])
    let other = ServiceTests.key + "BlobEndpoint=http://127.0.0.1:1/one/;"
    #expect(try service("az://box/n", "", variable(other)) == ["http://127.0.0.1:1/one"])
    #expect(
      try service("az://box/n", "", ["AZURE_STORAGE_ACCOUNT": "two"])
        == ["https://two.blob.core.windows.net"])
    let remote = "[remote.r]\ntype = \"az\"\ncontainer = \"box\"\n"
    let own = remote + "connection_string = \"\(ServiceTests.key)\"\n"
    #expect(try service("r:n", own, ["AZURE_STORAGE_ACCOUNT": "two"]) == one)
    #expect(try service("r:n", remote + "endpoint = \"http://x:1/y/\"\n") == ["http://x:1/y"])
    #expect(throws: Failure.self) { try service("az://box", "", variable("AccountKey=x")) }
  }

  @Test("buckets are told by their endpoint and profile, folders by nothing")
  func others() throws {
    let remote = "[remote.r]\ntype = \"s3\"\nbucket = \"b\"\n"
    let variables = ["AWS_ENDPOINT_URL": "http://h:1/", "AWS_PROFILE": "p"]
    #expect(try service("s3://b/n", "", variables) == ["", "http://h:1", "p"])
    #expect(try service("r:n", remote, variables) == ["", "http://h:1", "p"])
    let other = remote + "endpoint = \"http://g\"\n"
    #expect(try service("r:n", other, variables) == ["http://g", "p"])
    #expect(try service("/tmp/x", "", variables).isEmpty)
    #expect(try service("dav://host/x", "", variables).isEmpty)
  }
}
