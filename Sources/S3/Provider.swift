package import Objects

/// How the stores that call themselves S3 differ, as data.
///
/// What is not known of a store is what every store can do: a request that all understand is slower
/// at worst, one that a store misunderstands loses a file.
package struct Provider: Equatable, Sendable {
  /// Where the bucket stands in a URL.
  package enum Style: Equatable, Sendable { case path, virtual }

  /// Of which objects the ETag is the MD5, or is made of the MD5s of the parts.
  package enum ETags: Equatable, Sendable { case none, plain, all }

  /// Which conditions on a write are kept; one that is not known is passed over in silence.
  package struct Conditions: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let putAbsent = Conditions(rawValue: 1)
    package static let putMatching = Conditions(rawValue: 2)
    package static let completeAbsent = Conditions(rawValue: 4)
    package static let completeMatching = Conditions(rawValue: 8)
    package static let deleteMatching = Conditions(rawValue: 16)
    package static let copyMatching = Conditions(rawValue: 32)
  }

  package let name: String
  /// The ends of the host names by which it is known.
  package var hosts: [String] = []
  package var style = Style.path
  package var listVersion = Page.Version.v2
  /// Whether names are asked for in URL encoding, which alone carries all of them.
  package var encodesNames = true
  package var etags = ETags.plain
  /// Whether it knows the headers `x-amz-checksum-…`.
  package var hasChecksums = false
  package var conditions: Conditions = []
  /// How many keys a multi-object delete takes; one, if it knows none.
  package var deletesAtOnce = 1_000
  package var parts = PartLimits()
  package var copiesParts = true
  /// What requests are signed for when nothing else is said.
  package var region = "us-east-1"
  /// Whether the host's name ends in the region, before what it is known by.
  var namesRegion = true
}

extension Provider {
  /// The provider of this name; nil if there is none.
  package init?(named name: String) {
    guard let found = Provider.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// The provider at an endpoint: the host alone, or with its port.
  package init(host: String) {
    let host = Provider.bare(host)
    self = Provider.all.first { $0.end(of: host) != nil } ?? .other
  }

  /// The region that the host's name tells, as in `s3.eu-west-3.amazonaws.com`.
  package func region(host: String) -> String? {
    let host = Provider.bare(host)
    guard namesRegion, let end = end(of: host) else { return nil }
    let labels = host.dropLast(end.utf8.count).split(separator: ".")
    guard var label = labels.last(where: { $0 != "vpce" }),
      !Provider.plainLabels.contains(String(label))
    else { return nil }
    if label.hasPrefix("s3-") { label = label.dropFirst(3) }
    return String(label)
  }

  /// What may stand where others have their region.
  private static let plainLabels: Set = [
    "s3", "s3-accelerate", "dualstack", "s3-external-1", "obs", "cos", "oss", "storage", "play",
    "gateway",
  ]

  private func end(of host: String) -> String? {
    hosts.first { host == $0 || host.hasSuffix(".\($0)") }
  }

  private static func bare(_ host: String) -> String {
    let name = host.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
    return name.lowercased()
  }
}

extension Provider {
  package static let all: [Provider] = [
    aws, rgw, minio, r2, b2, oss, cos, obs, wasabi, gcs, digitalocean, scaleway, storj, seaweedfs,
    other,
  ]

  package static let aws = Provider(
    name: "aws", hosts: ["amazonaws.com", "amazonaws.com.cn"], style: .virtual, etags: .all,
    hasChecksums: true,
    conditions: [
      .putAbsent, .putMatching, .completeAbsent, .completeMatching, .deleteMatching, .copyMatching,
    ])

  /// Ceph's gateway. It keeps conditions of a plain PUT only; completing an upload, copying and
  /// deleting pass over them.
  package static let rgw = Provider(
    name: "rgw", etags: .all, conditions: [.putAbsent, .putMatching])

  package static let minio = Provider(
    name: "minio", hosts: ["min.io"], etags: .all, conditions: [.putAbsent, .putMatching])

  /// The ETags of its uploads in parts are random, and all parts but the last have to be equal.
  package static let r2 = Provider(
    name: "r2", hosts: ["r2.cloudflarestorage.com"], conditions: [.putAbsent, .putMatching],
    parts: PartLimits(areEqual: true), region: "auto",
    namesRegion: false)

  package static let b2 = Provider(name: "b2", hosts: ["backblazeb2.com"])

  package static let oss = Provider(name: "oss", hosts: ["aliyuncs.com"], style: .virtual)

  package static let cos = Provider(
    name: "cos", hosts: ["myqcloud.com"], style: .virtual, listVersion: .v1)

  /// Asked for URL encoding and given a marker, it answers one page for ever.
  package static let obs = Provider(
    name: "obs", hosts: ["myhuaweicloud.com", "myhuaweicloud.eu"], style: .virtual,
    listVersion: .v1, encodesNames: false)

  package static let wasabi = Provider(name: "wasabi", hosts: ["wasabisys.com"], etags: .all)

  package static let gcs = Provider(
    name: "gcs", hosts: ["storage.googleapis.com"], deletesAtOnce: 1, copiesParts: false,
    region: "auto")

  package static let digitalocean = Provider(
    name: "digitalocean", hosts: ["digitaloceanspaces.com"], encodesNames: false)

  package static let scaleway = Provider(
    name: "scaleway", hosts: ["scw.cloud"], parts: PartLimits(most: 1_000))

  package static let storj = Provider(
    name: "storj", hosts: ["storjshare.io"], parts: PartLimits(usual: 64 << 20),
    copiesParts: false)

  package static let seaweedfs = Provider(
    name: "seaweedfs", listVersion: .v1, encodesNames: false)

  /// Any other, with what is safe everywhere.
  package static let other = Provider(name: "other")
}
