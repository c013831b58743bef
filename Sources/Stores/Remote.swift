internal import Core
internal import Settings
internal import Values

/// What a section `[remote.NAME]` says; of a bare `s3://` address, nothing.
struct Remote {
  var name = ""
  var type = "s3"
  var folder: Path?
  var endpoint: String?
  var bucket: String?
  var region: String?
  var provider: String?
  var addressing: String?
  var profile: String?
  var access: Secret?
  var secret: Secret?
  var session: Secret?
  var user: String?
  var password: Secret?
  var token: Secret?
  /// A code that is good for one login.
  var otp: Secret?
  /// How calls of gRPC travel.
  var transport: String?
  /// The endpoint as others reach it.
  var publicURL: String?
  var storageClass: String?
  var authorities: Path?
  var isInsecure = false
  var isAnonymous = false
  var width: Int?
  /// Requests a second at most.
  var frequency: Double?
  /// The hours within which requests are made.
  var hours: Hours?

  init() {}

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
    transport = group.text("grpc")
    publicURL = group.text("public_url")
    storageClass = group.text("storage_class")
    authorities = group.text("ca_file").map(Path.init(text:))
    if case .flag(true)? = group["insecure"] { isInsecure = true }
    if case .flag(true)? = group["anonymous"] { isAnonymous = true }
    if case .integer(let number)? = group["max_concurrency"] { width = number }
    if case .number(let number)? = group["qps"] { frequency = number }
    hours = group.text("hours").flatMap(Hours.init(text:))
  }
}
