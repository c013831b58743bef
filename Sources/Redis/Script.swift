/// A program of ours that the server runs, whole or not at all, between the commands of others.
///
/// Each looks at all that it depends on before it changes anything: the server takes nothing back
/// where a script breaks off. What it works on comes as arguments and not as keys, since most names
/// of keys are only found on the way; a server whose keys lie on several machines is not one that
/// these can run on.
struct Script: Sendable {
  let name: String
  let text: String

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  /// Runs it with these arguments.
  func callAsFunction(_ words: [Word]) -> Call {
    Call(script: self, words: words)
  }
}

/// A script with its arguments.
struct Call {
  var script: Script
  var words: [Word]
}
