import Core
import Foundation
import Glibc
import Values

/// The real S3 server of this test process: a Ceph RADOS Gateway that verifies every signature. It
/// starts, in two seconds, when a test first wants it.
package final class Gateway: Sendable {
  package static let shared = Gateway()

  private let server: Server
  private let state: Path
  /// boto3 as a client of it.
  package let boto: Boto

  package var endpoint: String { server.endpoint }

  /// What a client needs in its environment.
  package var variables: [String] { Server.variables(endpoint) }

  private init() {
    state = Path(text: "/tmp/s4l-gateway-\(Server.freshName())")
    server = Server(
      Path(text: "/bin/bash"), ["\(Server.folder.appending("rgw.sh"))", "hold", "\(state)"])
    boto = Boto(server.endpoint)
  }

  /// Makes an empty bucket for one test.
  package func bucket() throws -> Bucket { try Bucket(boto) }

  /// One line of the gateway's log.
  package struct Request: Equatable, Sendable, CustomStringConvertible {
    package var method: String
    /// As it was sent, with the bucket.
    package var path: String
    package var query: String
    package var status: Int
    /// How many bytes the answer's body had.
    package var bytes: Int

    package var description: String {
      "\(method) \(path)\(query.isEmpty ? "" : "?")\(query) \(status)"
    }
  }

  /// Every request that was answered for objects of a bucket, in the order of their answers; those
  /// by which the bucket was made and looked at through boto3 are not among them.
  package func requests(_ bucket: Bucket) throws -> [Request] {
    // The log is written behind: what came before this request is there once this is.
    let marker = Server.freshName()
    _ = try? boto.call("head_bucket", ["Bucket": marker])
    let log = state.appending("client.rgw.log")
    while true {
      let lines = House.text(log).split(separator: "\n")
      if lines.contains(where: { $0.contains("/\(marker) ") }) {
        return lines.filter { !$0.contains("Boto3/") }.compactMap(Gateway.request).filter {
          $0.path == "/\(bucket.name)" || $0.path.hasPrefix("/\(bucket.name)/")
        }
      }
      usleep(2_000)
    }
  }

  /// `… beast: …: ADDRESS - USER [TIME] "METHOD TARGET HTTP/1.1" STATUS BYTES RANGE "AGENT" …`.
  private static func request(_ line: Substring) -> Request? {
    guard line.contains(" beast: ") else { return nil }
    let quoted = line.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    if quoted.count < 3 { return nil }
    let words = quoted[1].split(separator: " ")
    let numbers = quoted[2].split(separator: " ").prefix(2).compactMap { Int($0) }
    if words.count != 3 || numbers.count != 2 { return nil }
    let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return Request(
      method: String(words[0]), path: String(target[0]),
      query: target.count > 1 ? String(target[1]) : "", status: numbers[0], bytes: numbers[1])
  }
}

/// moto's S3, for what the gateway lacks: conditions on completing and deleting, and checksums that
/// are kept. It verifies neither signatures nor checksums.
package final class Moto: Sendable {
  package static let shared = Moto()

  private let server = Server(python: "s3_moto.py")
  package let boto: Boto

  package var endpoint: String { server.endpoint }
  package var variables: [String] { Server.variables(endpoint) }

  private init() { boto = Boto(server.endpoint) }

  package func bucket() throws -> Bucket { try Bucket(boto) }
}
