import Foundation

/// boto3: somebody else's client, to make what ours shall find and to read what ours has made.
package final class Boto: Sendable {
  private let server: Server

  package init(_ endpoint: String) { server = Server(python: "boto.py", [endpoint]) }

  /// What S3 answered to a call that failed.
  package struct Refusal: Error, Equatable {
    package var code: String
    package var status: Int

    package init(code: String, status: Int) {
      self.code = code
      self.status = status
    }
  }

  /// Calls a method of the client by its name and arguments in Python.
  package func call(
    _ name: String, _ arguments: [String: any Sendable] = [:]
  ) throws -> [String: Any] {
    let answer = try server.ask(["call": name, "with": arguments])
    if let code = answer["error"] as? String {
      throw Refusal(code: code, status: answer["status"] as? Int ?? 0)
    }
    return answer["answer"] as? [String: Any] ?? [:]
  }
}

/// A bucket of one test.
package struct Bucket: Sendable {
  package let name: String
  package let boto: Boto

  package init(_ boto: Boto) throws {
    name = Server.freshName()
    self.boto = boto
    _ = try call("create_bucket")
  }

  /// Its location, or that of a prefix in it, as the tools take it.
  package func location(_ prefix: String = "") -> String {
    "s3://\(name)" + (prefix.isEmpty ? "" : "/\(prefix)")
  }

  /// Calls a method of boto3's client for this bucket.
  package func call(
    _ method: String, _ arguments: [String: any Sendable] = [:]
  ) throws -> [String: Any] {
    try boto.call(method, arguments.merging(["Bucket": name]) { given, _ in given })
  }

  package func put(
    _ key: String, _ bytes: [UInt8], _ more: [String: any Sendable] = [:]
  ) throws {
    let given: [String: any Sendable] = ["Key": key, "Body64": Data(bytes).base64EncodedString()]
    _ = try call("put_object", given.merging(more) { given, _ in given })
  }

  package func get(_ key: String) throws -> [UInt8] {
    let text = try call("get_object", ["Key": key])["Body64"] as? String ?? ""
    return Array(Data(base64Encoded: text) ?? Data())
  }

  /// The metadata that users give, by names in small letters.
  package func metadata(_ key: String) throws -> [String: String] {
    try call("head_object", ["Key": key])["Metadata"] as? [String: String] ?? [:]
  }

  /// Every key, in order.
  package func keys() throws -> [String] {
    var keys: [String] = []
    var arguments: [String: any Sendable] = [:]
    while true {
      let page = try call("list_objects_v2", arguments)
      let entries = page["Contents"] as? [[String: Any]] ?? []
      keys += entries.compactMap { $0["Key"] as? String }
      guard let token = page["NextContinuationToken"] as? String else { return keys }
      arguments["ContinuationToken"] = token
    }
  }

  /// Every object with its bytes.
  package func contents() throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    for key in try keys() { contents[key] = try get(key) }
    return contents
  }

  /// The keys of uploads that were begun and neither completed nor aborted.
  package func uploads() throws -> [String] {
    let uploads = try call("list_multipart_uploads")["Uploads"] as? [[String: Any]] ?? []
    return uploads.compactMap { $0["Key"] as? String }
  }
}
