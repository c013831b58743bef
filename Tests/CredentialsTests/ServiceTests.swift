import Core
import Doubles
import Foundation
import Signing
import Testing
import Values

@testable import Credentials

/// The services that lend keys, as a stand-in plays them, which botocore takes for real.
@Suite struct ServiceTests {
  /// What botocore finds in an environment.
  private static let program = """
    import json, os, sys
    os.environ.clear()
    os.environ.update(json.loads(sys.argv[1]))
    import botocore.session
    session = botocore.session.Session(profile=sys.argv[2] or None)
    keys = session.get_credentials()
    keys = keys and keys.get_frozen_credentials()
    found = keys and [keys.access_key, keys.secret_key, keys.token]
    print(json.dumps(found))
    """

  private func botocore(_ home: Home, _ profile: String = "") throws -> Keys? {
    var variables = home.variables
    variables["PATH"] = ProcessInfo.processInfo.environment["PATH"]
    let text = String(
      decoding: try JSONSerialization.data(withJSONObject: variables), as: UTF8.self)
    let printed = try Python.run(ServiceTests.program, [text, profile])
    let found = try JSONDecoder().decode([String?]?.self, from: Foundation.Data(printed))
    guard let found, let access = found[0], let hidden = found[1] else { return nil }
    return keys(access, hidden, found[2])
  }

  private let first = keys("LENT1", "hidden/1", "token+1")
  private let second = keys("LENT2", "hidden/2", "token+2")

  @Test("an instance lends keys of its role, after a token")
  func instance() throws {
    let service = try Lending([:])
    let home = try Home(beside: service)
    home.variables["AWS_EC2_METADATA_DISABLED"] = nil
    home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.endpoint + "/"
    home.variables["AWS_METADATA_SERVICE_TIMEOUT"] = "20"
    #expect(try Till(home).keys() == first)
    #expect(try botocore(home) == second)
  }

  @Test("an instance without a role is no place for keys, and is named as the last one")
  func roleless() throws {
    let service = try Lending(["answer": [404, "none"]])
    let home = try Home(beside: service)
    home.variables["AWS_EC2_METADATA_DISABLED"] = nil
    home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.endpoint
    let failure = try Till(home).failure()
    #expect(failure?.kind == .refused && failure?.subject == "credentials")
    #expect(failure?.reason.contains(service.endpoint) ?? false)
    #expect(try botocore(home) == nil)
  }

  @Test("a container gets keys for the token of its file, which may change")
  func container() throws {
    let service = try Lending(["authorization": "Bearer 2"])
    let home = try Home(beside: service)
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.endpoint + "/keys?x=1"
    home.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Bearer 0"
    home.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = try home.write("t", "GEHEIM\n")
    let till = try Till(home)
    let failure = till.failure()
    #expect(failure?.kind == .refused && failure?.subject == service.endpoint + "/keys?x=1")
    #expect(!(failure?.message.contains("GEHEIM") ?? true))
    try home.write("t", "Bearer 2")
    #expect(try till.keys() == second)
    #expect(try botocore(home) == keys("LENT3", "hidden/3", "token+3"))
  }

  @Test("a service that has a bad moment is asked again")
  func again() throws {
    let service = try Lending(["failing": 2])
    let home = try Home(beside: service)
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.endpoint
    #expect(try Till(home).keys()?.access == "LENT3")
    let bad = try Lending(["failing": 3])
    home.neighbours.append(bad)
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = bad.endpoint
    #expect(try Till(home).failure()?.kind == .later)
  }

  @Test("a role is taken on with a signed request")
  func role() throws {
    let form = ["RoleArn": "arn:aws:iam::1:role/r", "ExternalId": "x+1", "DurationSeconds": "900"]
    let service = try Lending([
      "access": "BASE", "secret": "GEHEIM", "session": "LENT", "region": "eu-central-1",
      "form": form,
    ])
    let config = """
      [profile r]
      region = eu-central-1
      role_arn = arn:aws:iam::1:role/r
      source_profile = base
      external_id = x+1
      duration_seconds = 900
      """
    let base = "[base]\naws_access_key_id=BASE\naws_secret_access_key=GEHEIM\n"
    let home = try Home(
      config: config, credentials: base + "aws_session_token=LENT\n",
      beside: service)
    home.variables["AWS_ENDPOINT_URL_STS"] = service.endpoint
    #expect(try Till(home, Given(profile: "r")).keys() == first)
    #expect(try botocore(home, "r") == second)
    try home.write(".aws/credentials", base + "aws_session_token=OTHER\n")
    let failure = try Till(home, Given(profile: "r")).failure()
    #expect(failure?.kind == .refused)
    #expect(failure?.subject == home.folder + "/.aws/config:3")
    #expect(failure?.reason.hasSuffix("SignatureDoesNotMatch: not so") ?? false)
    for hidden in ["GEHEIM", "OTHER"] {
      #expect(!(failure?.message.contains(hidden) ?? true))
    }
  }

  @Test("a web identity is exchanged for keys of a role")
  func webIdentity() throws {
    let service = try Lending(["form": ["WebIdentityToken": "ey/J+==", "RoleSessionName": "me"]])
    let home = try Home(beside: service)
    home.variables["AWS_ENDPOINT_URL_STS"] = service.endpoint
    home.variables["AWS_REGION"] = "eu-central-1"
    home.variables["AWS_DEFAULT_REGION"] = "eu-central-1"
    home.variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/r"
    home.variables["AWS_ROLE_SESSION_NAME"] = "me"
    home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = try home.write("token", "ey/J+==")
    #expect(try Till(home).keys() == first)
    #expect(try botocore(home) == second)
  }

  @Test("what a service says against us is told unless it quotes a secret")
  func quoting() throws {
    let text =
      "<ErrorResponse><Error><Code>AccessDenied</Code><Message>token GEHEIM is bad"
      + "</Message></Error></ErrorResponse>"
    let service = try Lending(["answer": [403, text]])
    let home = try Home(beside: service)
    home.variables["AWS_ENDPOINT_URL_STS"] = service.endpoint
    home.variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/r"
    home.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = try home.write("token", "GEHEIM")
    let failure = try Till(home).failure()
    #expect(failure?.reason.hasSuffix(": AccessDenied") ?? false)
    #expect(!(failure?.message.contains("GEHEIM") ?? true))
  }

  @Test(
    "an answer that is no answer is told as such",
    arguments: [
      "", "[]", "<html>", "{\"Code\":\"AssumeRoleUnauthorizedAccess\"}", "{\"AccessKeyId\":\"A\"}",
      "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"GEHEIM\",\"Expiration\":\"soon\"}",
      "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"GEHEIM",
    ])
  func garbage(_ text: String) throws {
    let service = try Lending(["answer": [200, text]])
    let home = try Home(beside: service)
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.endpoint
    let failure = try Till(home).failure()
    #expect(failure?.kind == .unavailable && failure?.subject == service.endpoint)
    #expect(!(failure?.message.contains("GEHEIM") ?? true))
  }

  @Test("a program's keys are those that botocore gets from it")
  func program() throws {
    let config = """
      [profile p]
      credential_process = printf '{"Version":1,"AccessKeyId":"P","SecretAccessKey":"p/\\\\u0061"}'
      """
    let home = try Home(config: config)
    #expect(try Till(home, Given(profile: "p")).keys() == keys("P", "p/a"))
    #expect(try botocore(home, "p") == keys("P", "p/a"))
  }
}
