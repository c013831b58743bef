internal import Core
internal import Glibc
internal import HTTP
internal import System
internal import Values

/// Carries out one exchange and prints its status and its body, or, of moments in seconds since
/// 1970, what clocks show then: for what a test cannot do in its own process, such as setting
/// variables.
@main
struct Probe {
  static func main() { exit(run(CommandLine.arguments)) }

  static func run(_ words: [String]) -> Int32 {
    do throws(Failure) {
      let moments = words.dropFirst().compactMap { Int64($0) }
      if !moments.isEmpty {
        let clocks = moments.map { Hours.clock(Clock.secondOfDay(at: Timestamp(seconds: $0))) }
        try say(clocks.joined(separator: " ") + "\n")
        return 0
      }
      let result = try Courier(Loop()).perform(Exchange(.get, words.last ?? ""))
      let text =
        switch result {
        case .success(let answer):
          "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))\n"
        case .failure(let trouble): "\(trouble.kind) \(trouble.reason)\n"
        }
      try say(text)
      return 0
    } catch {
      return Status(error.kind).rawValue
    }
  }

  private static func say(_ text: String) throws(Failure) {
    let output = Output(1, "standard output")
    output.buffer.append(Array(text.utf8))
    try output.flush()
  }
}
