import Core
import Testing
import Values

@testable import Credentials

@Suite struct SurroundingsTests {
  private static let config = """
    [default]
    region = eu-west-1
    [profile full]
    region = ap-south-1
    endpoint_url = https://all.example
    services = mine
    ca_bundle = /etc/ca.pem
    use_fips_endpoint = true
    request_checksum_calculation = when_required
    max_attempts = 7
    s3 =
      addressing_style = virtual
      use_dualstack_endpoint = true
    [services mine]
    s3 =
      endpoint_url = https://s3.example
    """

  @Test("nothing said is nothing known")
  func nothing() throws {
    #expect(try Home().surroundings() == Surroundings())
  }

  @Test("a profile says where the store is and how it is spoken to")
  func profile() throws {
    let said = try Home(config: SurroundingsTests.config).surroundings("full")
    var expected = Surroundings()
    expected.region = "ap-south-1"
    expected.endpoint = "https://s3.example"
    expected.addressing = .virtual
    expected.usesDualstack = true
    expected.usesFIPS = true
    expected.authorities = Path(text: "/etc/ca.pem")
    expected.requestChecksums = .whenRequired
    expected.attempts = 7
    #expect(said == expected)
  }

  @Test("variables come before the profile, and those of S3 before those of all services")
  func variables() throws {
    let home = try Home(config: SurroundingsTests.config)
    home.variables["AWS_PROFILE"] = "full"
    home.variables["AWS_ENDPOINT_URL"] = "https://env.example"
    home.variables["AWS_DEFAULT_REGION"] = "us-west-1"
    home.variables["AWS_USE_FIPS_ENDPOINT"] = "FALSE"
    home.variables["AWS_RESPONSE_CHECKSUM_VALIDATION"] = "WHEN_REQUIRED"
    home.variables["AWS_MAX_ATTEMPTS"] = "2"
    home.variables["AWS_CA_BUNDLE"] = "/other.pem"
    var said = try home.surroundings()
    #expect(said.endpoint == "https://env.example" && said.region == "us-west-1")
    #expect(!said.usesFIPS && said.attempts == 2 && said.responseChecksums == .whenRequired)
    #expect(said.authorities == Path(text: "/other.pem"))
    home.variables["AWS_ENDPOINT_URL_S3"] = "https://env-s3.example"
    home.variables["AWS_REGION"] = "us-west-2"
    said = try home.surroundings()
    #expect(said.endpoint == "https://env-s3.example" && said.region == "us-west-2")
    home.variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
    #expect(try home.surroundings().endpoint == nil)
  }

  @Test("what cannot be is told with its place")
  func flaws() throws {
    for (line, words) in [
      ("s3 =\n  addressing_style = sideways", ":3"), ("services = gone", ":2"),
      ("max_attempts = 0", ":2"), ("use_fips_endpoint = maybe", ":2"),
    ] {
      let home = try Home(config: "[default]\n\(line)\n")
      let failure = #expect(throws: Failure.self) { try home.surroundings() }
      #expect(failure?.kind == .config && failure?.subject.hasSuffix(words) ?? false)
    }
    let home = try Home()
    home.variables["AWS_MAX_ATTEMPTS"] = "many"
    let failure = #expect(throws: Failure.self) { try home.surroundings() }
    #expect(failure?.subject == "AWS_MAX_ATTEMPTS")
  }

  @Test("every variable has a name of the AWS tools and a sentence")
  func table() {
    for variable in Variable.allCases {
      #expect(variable.rawValue.hasPrefix("AWS_"))
      #expect(variable.meaning.hasSuffix(".") || variable.meaning.hasSuffix(": 1."))
    }
  }
}
