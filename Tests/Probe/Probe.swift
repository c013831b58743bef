internal import Core
internal import Glibc
internal import HTTP
internal import System
internal import Values

/// Carries out one exchange and prints its status and its body: for what a test cannot do in its
/// own process, such as setting variables.
@main
struct Probe {
  static func main() { exit(run(CommandLine.arguments)) }

  static func run(_ words: [String]) -> Int32 {
    do throws(Failure) {
      let result = try Courier(Loop()).perform(Exchange(.get, words.last ?? ""))
      let text =
        switch result {
        case .success(let answer):
          "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))\n"
        case .failure(let trouble): "\(trouble.kind) \(trouble.reason)\n"
        }
      let output = Output(1, "standard output")
      output.buffer.append(Array(text.utf8))
      try output.flush()
      return 0
    } catch {
      return Status(error.kind).rawValue
    }
  }
}
