import Support
import Values

/// Files of a test, as text.
extension Sandbox {
  func write(_ text: String, to name: String) {
    House.write(Array(text.utf8), to: folder.appending(name))
  }

  /// What a file holds; nil if there is none.
  func text(_ name: String) -> String? {
    let outcome = run(["cat", name])
    return outcome.status == 0 ? outcome.text : nil
  }
}
