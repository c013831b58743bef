import Foundation
import Support
import Testing
import Values

/// A bucket behind a proxy that goes wrong. Whatever is run, and however it ends, no secret may
/// come out of it.
final class Trial: Sendable {
  let sandbox = Sandbox()
  let bucket: Bucket
  let proxy: FaultProxy

  init() throws {
    bucket = try Gateway.shared.bucket()
    proxy = FaultProxy(to: Gateway.shared.endpoint)
  }

  var place: String { bucket.location() }

  /// Runs a pipe; its status is that of the last stage that failed.
  func run(
    _ script: String, attempts: Int = 6, asRoot: Bool = false, within seconds: Int64 = 120
  ) throws -> Sandbox.Outcome {
    try Trial.run(
      script, sandbox, proxy, attempts: attempts, asRoot: asRoot, within: seconds)
  }

  static func run(
    _ script: String, _ sandbox: Sandbox, _ proxy: FaultProxy, attempts: Int = 6,
    asRoot: Bool = false, more: [String] = [], within seconds: Int64 = 120
  ) throws -> Sandbox.Outcome {
    let outcome = sandbox.run(
      ["bash", "-c", "set -o pipefail; \(script)"],
      environment: proxy.variables
        + ["AWS_MAX_ATTEMPTS=\(attempts)", "S4L_LOG_LEVEL=trace"] + more,
      asRoot: asRoot, within: seconds)
    #expect(outcome.status >= 0, "it hangs: \(script)\n\(outcome.complaint.suffix(2_000))")
    let told = outcome.text + outcome.complaint
    var secrets = ["testtest", "Signature=", "AWS4-HMAC", "uthorization:"]
    for request in try proxy.log() {
      let parts = request.headers?["authorization"]?.components(separatedBy: "Signature=") ?? []
      if parts.count == 2 { secrets.append(parts[1]) }
      if let token = request.headers?["x-amz-security-token"] { secrets.append(token) }
    }
    for secret in secrets { #expect(!told.contains(secret), "\(script)\n\(outcome)") }
    return outcome
  }

  func file(_ path: String) -> Path { sandbox.folder.appending(Path(text: path)) }

  func write(_ path: String, _ bytes: [UInt8]) {
    let folder = file(path).parent
    _ = sandbox.run(["mkdir", "-p", "\(folder)"])
    House.write(bytes, to: file(path))
  }

  /// Whether a folder holds these files and no others; an expectation of the bytes themselves would
  /// take minutes to tell what it found.
  func holds(_ folder: String, _ files: [String: [UInt8]]) -> Bool { self.files(folder) == files }

  /// Whether the bucket holds these and nothing else.
  func holds(_ files: [String: [UInt8]]) throws -> Bool { try bucket.contents() == files }

  /// Whether the bucket has this under a key.
  func has(_ key: String, _ bytes: [UInt8]) throws -> Bool { try bucket.get(key) == bytes }

  /// The files below a folder, without those of a name of ours.
  func files(_ folder: String) -> [String: [UInt8]] {
    let top = file(folder)
    if !House.isFolder(top) { return [:] }
    var found: [String: [UInt8]] = [:]
    for path in House.files(below: top, "") {
      let name = String("\(path)".dropFirst("\(top)/".count))
      if !name.contains(".s4l") { found[name] = House.read(path) }
    }
    return found
  }
}

extension Sandbox.Outcome {
  /// The records of a type.
  func records(_ type: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap { line in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["type"] as? String == type ? object : nil
    }
  }

  /// What kinds of failures the outcomes tell.
  var kinds: [String] { records("outcome").compactMap { $0["kind"] as? String }.sorted() }

  var isComplete: Bool? { records("tail").last?["complete"] as? Bool }
}

extension FaultProxy.Request {
  var deletes: Bool { method == "DELETE" || method == "POST" && query == "delete" }
  var isPut: Bool { method == "PUT" }
}

/// Bytes that are the same in each run and compress badly.
func noise(_ count: Int, _ seed: UInt64 = 1) -> [UInt8] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    for place in 0..<count {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      buffer[place] = UInt8(truncatingIfNeeded: state)
    }
    filled = count
  }
}
