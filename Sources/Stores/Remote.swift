package import Core
internal import Settings
package import Values

/// What a section `[remote.NAME]` says; of a bare `s3://` address, nothing.
package struct Remote {
  package var name = ""
  package var type = "s3"
  package var folder: Path?
  package var endpoint: String?
  package var bucket: String?
  package var region: String?
  package var provider: String?
  package var addressing: String?
  package var profile: String?
  package var access: Secret?
  package var secret: Secret?
  package var session: Secret?
  package var user: String?
  package var password: Secret?
  package var token: Secret?
  /// A code that is good for one login.
  package var otp: Secret?
  /// What such codes are made of.
  package var otpSeed: Secret?
  /// How calls of gRPC travel.
  package var transport: String?
  /// The endpoint as others reach it.
  package var publicURL: String?
  package var storageClass: String?
  package var container: String?
  package var connectionString: Secret?
  package var account: String?
  package var accountKey: Secret?
  package var accessSignature: Secret?
  package var authorities: Path?
  package var isInsecure = false
  package var isAnonymous = false
  package var width: Int?
  /// Requests a second at most.
  package var frequency: Double?
  /// The hours within which requests are made.
  package var hours: Hours?

  package init() {}

  init(_ group: Configuration.Group) throws(Failure) {
    name = group.name ?? ""
    type = group.text("type") ?? ""
    folder = group.text("path").map(Path.init(text:))
    endpoint = group.text("endpoint")
    bucket = group.text("bucket")
    region = group.text("region")
    provider = group.text("provider")
    addressing = group.text("addressing")
    profile = group.text("profile")
    access = try group.secret("access_key")
    secret = try group.secret("secret_key")
    session = try group.secret("session_token")
    user = group.text("user")
    password = try group.secret("password")
    token = try group.secret("token")
    otp = try group.secret("otp")
    otpSeed = try group.secret("otp_secret")
    transport = group.text("grpc")
    publicURL = group.text("public_url")
    storageClass = group.text("storage_class")
    container = group.text("container")
    connectionString = try group.secret("connection_string")
    account = group.text("account")
    accountKey = try group.secret("account_key")
    accessSignature = try group.secret("sas_token")
    authorities = group.text("ca_file").map(Path.init(text:))
    if case .flag(true)? = group["insecure"] { isInsecure = true }
    if case .flag(true)? = group["anonymous"] { isAnonymous = true }
    if case .integer(let number)? = group["max_concurrency"] { width = number }
    if case .number(let number)? = group["qps"] { frequency = number }
    hours = group.text("hours").flatMap(Hours.init(text:))
  }
}
