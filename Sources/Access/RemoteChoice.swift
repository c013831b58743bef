package import Command
package import Core
package import Store
package import Values

/// The options by which every tool that opens a store is told how to reach it.
package struct RemoteChoice {
  package enum Known: String, Choice {
    case aws, rgw, minio, r2, b2, oss, cos, obs, wasabi, gcs, digitalocean, scaleway, storj
    case seaweedfs, other
  }

  private var endpoint: String?
  private var region: String?
  private var profile: String?
  private var provider: Known?
  private var authorities: Path?
  private var isAnonymous = false
  private var frequency: Frequency?

  package init() {}

  package static var table: [Option<RemoteChoice>] {
    [
      .value("endpoint", nil, "URL", \.endpoint, "Where the service of s3:// or az:// answers."),
      .value("region", nil, "REGION", \.region, "The region that requests are signed for."),
      .value("profile", nil, "NAME", \.profile, "Use this profile of the shared AWS files."),
      .value("provider", nil, "NAME", \.provider, "Whose kind of S3 it is."),
      .value("ca-file", nil, "FILE", \.authorities, "Trust these certificates, not the system's."),
      .flag("anonymous", nil, \.isAnonymous, "Sign no request: the bucket is open to all."),
      .value("qps", nil, "N", \.frequency, "Make at most N requests a second; 0.5 is one in two."),
    ]
  }

  /// The exit statuses of a tool that opens stores, or runs one that does.
  package static let statuses: [Status] = [
    .success, .partial, .usage, .data, .absent, .unavailable, .io, .later, .refused, .config,
  ]

  /// How a store is written, for the pages.
  package static let prose =
    "A store is written with its scheme, as in s3://bucket/photos or az://container/photos, or "
    + "as NAME:photos for a remote of the configuration; s4l-s3(7) and s4l-azure(7) tell how it "
    + "is reached, and as whom. For a scheme that s4l does not know it runs s4l-store-SCHEME; see "
    + "s4l-store(7)."

  /// What is asked of stores, also by options that are not theirs alone.
  package func wishes(rate: Size? = nil, width: Int? = nil, partSize: Size? = nil) -> Wishes {
    var wishes = Wishes()
    wishes.rate = rate?.bytes
    wishes.width = width
    wishes.partSize = partSize?.bytes
    wishes.endpoint = endpoint
    wishes.region = region
    wishes.profile = profile
    wishes.provider = provider?.rawValue
    wishes.authorities = authorities
    wishes.isAnonymous = isAnonymous
    wishes.frequency = frequency?.number
    return wishes
  }

  /// The same wishes as arguments of another tool.
  package var arguments: [[UInt8]] {
    let texts: [(String, [UInt8]?)] = [
      ("endpoint", endpoint.map { Array($0.utf8) }), ("region", region.map { Array($0.utf8) }),
      ("profile", profile.map { Array($0.utf8) }),
      ("provider", provider.map { Array($0.rawValue.utf8) }), ("ca-file", authorities?.bytes),
      ("qps", frequency.map { Array("\($0.number)".utf8) }),
    ]
    return texts.compactMap { name, value in value.map { Array("--\(name)=".utf8) + $0 } }
      + (isAnonymous ? [Array("--anonymous".utf8)] : [])
  }
}
