import Support
import Testing
import Values

/// Servers that say in a refusal what they were given.
@Suite("What a server is not quoted with") struct ParrotTests {
  let sandbox = Sandbox()
  let server = Server(python: "parrot.py")

  private var host: String { String(server.endpoint.dropFirst("http://".count)) }

  /// What a listing says, and what it was refused with.
  private func refused(_ location: String, _ environment: [String]) -> String {
    let outcome = sandbox.shell(
      "timeout 60 s4l-ls --log-level debug '\(location)'", environment: environment)
    #expect(outcome.status == 77, "\(outcome)")
    return outcome.text + outcome.complaint
  }

  @Test(
    "OpenList with a token, though it is cut off in the middle",
    arguments: ["tok-0123456789abcdef", "Bearer tok-0123456789abcdef0123456789abcdef0123456789abc"])
  func openListToken(_ token: String) {
    let said = refused("openlist://\(host)/m", ["OPENLIST_TOKEN=\(token)"])
    #expect(said.contains("squawk: [redacted]") && !said.contains("tok-0123"), "\(said)")
  }

  @Test("OpenList with the digest of a password, which is as good as that")
  func openListUser() {
    let digest = sandbox.shell(
      "printf 'hush-hush-https://github.com/alist-org/alist' | sha256sum | head -c 64")
    let said = refused(
      "openlist://\(host)/m", ["OPENLIST_USER=me", "OPENLIST_PASSWORD=hush-hush"])
    #expect(said.contains("logging in: squawk: "), "\(said)")
    #expect(digest.text.count == 64 && !said.contains(digest.text.prefix(16)), "\(said)")
    #expect(!said.contains("hush-hush"), "\(said)")
  }

  @Test("CloudDrive2 with a token, or with a password")
  func cloudDrive() {
    let token = refused("clouddrive://\(host)/m", ["CLOUDDRIVE_TOKEN=tok-0123456789abcdef"])
    #expect(token.contains("squawk: Bearer [redacted]"), "\(token)")
    #expect(!token.contains("tok-0123"), "\(token)")
    let user = refused(
      "clouddrive://\(host)/m", ["CLOUDDRIVE_USER=me", "CLOUDDRIVE_PASSWORD=hush-hush"])
    #expect(user.contains("squawk") && !user.contains("hush-hush"), "\(user)")
  }

  @Test("WebDAV with a password or a token: it is not quoted at all")
  func webDAV() {
    let user = refused("dav://\(host)/m", ["WEBDAV_USER=me", "WEBDAV_PASSWORD=hush-hush"])
    let token = refused("dav://\(host)/m", ["WEBDAV_TOKEN=tok-0123456789abcdef"])
    for said in [user, token] {
      #expect(said.contains("status 403") && !said.contains("hush-hush"), "\(said)")
      #expect(!said.contains("bWU6aHVzaC1odXNo") && !said.contains("tok-0123"), "\(said)")
    }
  }

  @Test("S3 with the token of a session")
  func s3() {
    let said = refused(
      "s3://bucket/m",
      Server.variables(server.endpoint) + ["AWS_SESSION_TOKEN=tok-0123456789abcdef"])
    #expect(said.contains("squawk: [redacted]") && !said.contains("tok-0123"), "\(said)")
  }
}
