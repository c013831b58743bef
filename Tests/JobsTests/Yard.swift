import Core
import Foundation
import Support
import Values

/// A machine that publishes to a bucket: a home with the configuration of Sync4Loong, a bucket of
/// the gateway, and folders to send.
struct Yard {
  let sandbox = Sandbox()
  let bucket: Bucket

  init(_ more: String = "") throws {
    bucket = try Gateway.shared.bucket()
    try configure(more)
  }

  /// The configuration as the seed has it, and more of it.
  func configure(_ more: String) throws {
    let text = """
      [s3]
      endpoint = "\(Gateway.shared.endpoint)"
      region = "us-east-1"
      bucket = "\(bucket.name)"
      access_key = "test"
      secret_key = "testtest"

      """ + more
    let path = "\"$XDG_CONFIG_HOME/s4l"
    let script = "umask 077; mkdir -p \(path)\" && cat >\(path)/s4l.toml\""
    _ = sandbox.shell(script, stdin: Array(text.utf8))
  }

  func run(_ script: String, _ environment: [String] = []) -> Sandbox.Outcome {
    sandbox.shell(script, environment: ["AWS_EC2_METADATA_DISABLED=true"] + environment)
  }

  /// Does a file_sync task; its folder is below ours.
  func sync(
    _ folder: String, _ prefix: String, _ more: String = "", _ options: String = ""
  ) -> Sandbox.Outcome {
    let path = sandbox.folder.appending(folder)
    let payload = "{\"folder_path\":\"\(path)\",\"prefix\":\"\(prefix)\"\(more)}"
    return run("printf '%s' '\(payload)' | s4l-run --task \(options)", ["S4L_TASK_TYPE=file_sync"])
  }

  /// The files of a folder and what they hold.
  func files(_ folder: String) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    let found = sandbox.shell("find \(folder) -type f").text
    for name in found.split(separator: "\n") {
      files[String(name.dropFirst(folder.count + 1))] =
        House.read(sandbox.folder.appending(String(name)))
    }
    return files
  }
}

extension Sandbox.Outcome {
  /// A member of the summary that was written.
  func member<Value>(_ name: String) -> Value? {
    do {
      let object = try JSONSerialization.jsonObject(with: Data(output))
      return (object as? [String: Any])?[name] as? Value
    } catch {
      return nil
    }
  }

  var uploaded: Int? { member("uploaded_files") }
}
