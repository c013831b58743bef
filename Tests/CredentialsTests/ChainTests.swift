import Core
import Signing
import Testing
import Values

@testable import Credentials

@Suite struct ChainTests {
  private static let config = """
    [default]
    region = eu-west-1
    [profile cli]
    aws_access_key_id = CONFIG
    aws_secret_access_key = c
    credential_process = print-keys "with blank"
    [profile deploy]
    role_arn = arn:aws:iam::1:role/deploy
    source_profile = base
    external_id = x1
    role_session_name = me
    duration_seconds = 900
    [profile twice]
    role_arn = arn:aws:iam::1:role/twice
    source_profile = deploy
    [profile web]
    role_arn = arn:aws:iam::1:role/web
    web_identity_token_file = /token
    [profile self]
    role_arn = arn:aws:iam::1:role/self
    source_profile = self
    aws_access_key_id = SELF
    aws_secret_access_key = s
    [profile from]
    role_arn = arn:aws:iam::1:role/from
    credential_source = Environment
    """
  private static let credentials = """
    [default]
    aws_access_key_id = FILE
    aws_secret_access_key = f
    [base]
    aws_access_key_id = BASE
    aws_secret_access_key = b
    aws_session_token = t
    """

  private func home() throws -> Home {
    try Home(config: ChainTests.config, credentials: ChainTests.credentials)
  }

  private func role(_ name: String, _ home: Home, line: Int) -> Source.Role {
    Source.Role(
      arn: "arn:aws:iam::1:role/\(name)", place: "\(home.folder)/.aws/config:\(line)",
      service: "https://sts.us-east-1.amazonaws.com", region: "us-east-1")
  }

  @Test("what is given comes first, then the environment, then the credentials file")
  func order() throws {
    let home = try home()
    #expect(try home.source() == .fixed(keys("FILE", "f")))
    home.variables["AWS_ACCESS_KEY_ID"] = "ENV"
    home.variables["AWS_SECRET_ACCESS_KEY"] = "e"
    #expect(try home.source() == .fixed(keys("ENV", "e")))
    home.variables["AWS_SESSION_TOKEN"] = "lent"
    #expect(try home.source() == .fixed(keys("ENV", "e", "lent")))
    let given = Given(access: secret("GIVEN"), secret: secret("g"), profile: "base")
    #expect(try home.source(given) == .fixed(keys("GIVEN", "g")))
  }

  @Test("a profile that is named outweighs keys in the environment, one in a variable does not")
  func named() throws {
    let home = try home()
    home.variables["AWS_ACCESS_KEY_ID"] = "ENV"
    home.variables["AWS_SECRET_ACCESS_KEY"] = "e"
    home.variables["AWS_PROFILE"] = "base"
    #expect(try home.source() == .fixed(keys("ENV", "e")))
    #expect(try home.source(Given(profile: "base")) == .fixed(keys("BASE", "b", "t")))
    home.variables["AWS_ACCESS_KEY_ID"] = nil
    #expect(try home.source() == .fixed(keys("BASE", "b", "t")))
    home.variables["AWS_DEFAULT_PROFILE"] = "cli"
    #expect(try home.source() == .fixed(keys("BASE", "b", "t")))
  }

  @Test("a program comes before keys in the config file")
  func program() throws {
    let home = try home()
    let place = "\(home.folder)/.aws/config:6"
    #expect(
      try home.source(Given(profile: "cli"))
        == .command(.init(line: "print-keys \"with blank\"", place: place)))
  }

  @Test("a role is taken on with the keys of another profile, however far away")
  func roles() throws {
    let home = try home()
    var deploy = role("deploy", home, line: 8)
    deploy.externalID = "x1"
    deploy.sessionName = "me"
    deploy.seconds = 900
    let source = Source.role(deploy, .fixed(keys("BASE", "b", "t")))
    #expect(try home.source(Given(profile: "deploy")) == source)
    let twice = Source.role(role("twice", home, line: 14), source)
    #expect(try home.source(Given(profile: "twice")) == twice)
    let own = Source.role(role("self", home, line: 20), .fixed(keys("SELF", "s")))
    #expect(try home.source(Given(profile: "self")) == own)
    let web = Source.webIdentity(role("web", home, line: 17), tokenFile: "/token")
    #expect(try home.source(Given(profile: "web")) == web)
  }

  @Test("a role is taken on with the keys of the environment, and the region names the service")
  func fromEnvironment() throws {
    let home = try home()
    home.variables["AWS_ACCESS_KEY_ID"] = "ENV"
    home.variables["AWS_SECRET_ACCESS_KEY"] = "e"
    home.variables["AWS_REGION"] = "cn-north-1"
    var from = role("from", home, line: 25)
    from.region = "cn-north-1"
    from.service = "https://sts.cn-north-1.amazonaws.com.cn"
    #expect(try home.source(Given(profile: "from")) == .role(from, .fixed(keys("ENV", "e"))))
    home.variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:1"
    from.service = "http://127.0.0.1:1"
    #expect(try home.source(Given(profile: "from")) == .role(from, .fixed(keys("ENV", "e"))))
  }

  @Test("without profiles: the web identity, then the container, then the instance, then nothing")
  func services() throws {
    let home = try Home()
    #expect(try home.source() == nil)
    home.variables["AWS_EC2_METADATA_DISABLED"] = nil
    var instance = Source.Instance(
      endpoint: "http://169.254.169.254", timeout: Span(nanoseconds: 1_000_000_000), attempts: 1)
    #expect(try home.source() == .instance(instance))
    home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6"
    instance.endpoint = "http://[fd00:ec2::254]"
    #expect(try home.source() == .instance(instance))
    home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/"
    home.variables["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "4"
    instance.endpoint = "http://127.0.0.1:1"
    instance.attempts = 4
    #expect(try home.source() == .instance(instance))
    home.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/x"
    #expect(try home.source() == .container(.init(url: "http://169.254.170.2/v2/x")))
    home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token"
    home.variables["AWS_ROLE_ARN"] = "arn"
    guard case .webIdentity(let role, "/token") = try home.source() else {
      Issue.record("no web identity")
      return
    }
    #expect(role.arn == "arn" && role.place == "AWS_ROLE_ARN")
  }

  @Test(
    "keys of a container come over an encrypted line or from this machine only",
    arguments: [
      ("https://example.com/x", true), ("http://localhost:8/x", true), ("http://127.8.9.1/x", true),
      ("http://[::1]:80/x", true), ("http://169.254.170.23/v1/credentials", true),
      ("http://[fd00:ec2::23]/x", true), ("http://example.com/x", false),
      ("http://127.0.0.1.example.com/x", false), ("http://169.254.170.3/x", false),
      ("http://localhost@example.com/x", false), ("ftp://localhost/x", false),
      ("http://[::2]/x", false), ("http://127.0.1/x", false),
    ])
  func hosts(_ url: String, _ isGood: Bool) throws {
    let home = try Home()
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url
    if isGood {
      #expect(try home.source() == .container(.init(url: url)))
    } else {
      let failure = #expect(throws: Failure.self) { try home.source() }
      #expect(failure?.kind == .config)
      #expect(failure?.subject == "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    }
  }

  /// A flaw of a profile called x, the line it is on and words of the message.
  struct Flaw: CustomTestStringConvertible {
    var config: String
    var line: Int
    var words: String
    var testDescription: String { words }

    static let all = [
      Flaw(config: "aws_access_key_id = GEHEIM", line: 2, words: "no aws_secret_access_key"),
      Flaw(config: "aws_secret_access_key = GEHEIM", line: 2, words: "no aws_access_key_id"),
      Flaw(config: "role_arn = r", line: 2, words: "either source_profile or credential_source"),
      Flaw(
        config: "role_arn = r\nsource_profile = y\ncredential_source = Environment", line: 2,
        words: "either source_profile or credential_source"),
      Flaw(config: "role_arn = r\nsource_profile = no", line: 3, words: "no profile no"),
      Flaw(config: "role_arn = r\nsource_profile = x", line: 3, words: "leads back to itself"),
      Flaw(
        config: "role_arn = r\nsource_profile = y\n[profile y]\nrole_arn = q\nsource_profile = x",
        line: 6, words: "leads back to itself"),
      Flaw(
        config: "role_arn = r\nsource_profile = y\n[profile y]\na = b", line: 3, words: "no keys"),
      Flaw(config: "role_arn = r\ncredential_source = Lambda", line: 3, words: "EcsContainer"),
      Flaw(config: "role_arn = r\ncredential_source = Environment", line: 3, words: "no keys here"),
      Flaw(
        config: "role_arn = r\nsource_profile = y\nmfa_serial = m\n[profile y]", line: 4,
        words: "credential_process"),
      Flaw(
        config: "role_arn = r\nsource_profile = y\nduration_seconds = long\n[profile y]", line: 4,
        words: "number of seconds"),
    ]
  }

  @Test("what is wrong with a profile is told with its file and line", arguments: Flaw.all)
  func flaws(_ flaw: Flaw) throws {
    let home = try Home(config: "[profile x]\n\(flaw.config)\n")
    let failure = #expect(throws: Failure.self) { try home.source(Given(profile: "x")) }
    #expect(failure?.subject == "\(home.folder)/.aws/config:\(flaw.line)")
    #expect(failure?.kind == .config)
    #expect(failure?.reason.contains(flaw.words) ?? false, "\(failure?.reason ?? "")")
    #expect(!(failure?.message.contains("GEHEIM") ?? true))
  }

  @Test("a profile that is not there is named with the nearest one")
  func missing() throws {
    let home = try home()
    let failure = #expect(throws: Failure.self) { try home.source(Given(profile: "deplox")) }
    #expect(failure?.reason.hasSuffix("; the nearest is deploy") ?? false)
    home.variables["AWS_PROFILE"] = "nobody"
    let other = #expect(throws: Failure.self) { try home.source() }
    #expect(other?.subject == "AWS_PROFILE")
  }

  @Test("half of a pair of keys is a mistake, not a reason to look elsewhere")
  func halves() throws {
    let home = try home()
    home.variables["AWS_ACCESS_KEY_ID"] = "ENV"
    #expect(throws: Failure.self) { try home.source() }
    #expect(throws: Failure.self) { try home.source(Given(access: secret("A"))) }
    #expect(throws: Failure.self) { try home.source(Given(secret: secret("A"))) }
  }
}
