internal import Core
internal import System
internal import Values

/// Keys that a program prints.
extension Lender {
  func lend(_ command: Source.Command, _ then: @escaping Receiver) {
    let place = command.place
    do throws(Failure) {
      try Process.capture(
        program: Path(text: "/bin/sh"), arguments: [Array("-c".utf8), Array(command.line.utf8)],
        within: patience.command.nanoseconds, on: loop
      ) { result in
        do throws(Failure) {
          let answer = try result.get()
          then(.success(try Lender.loan(answer, place)))
        } catch { then(.failure(error)) }
      }
    } catch { fail(error, then) }
  }

  private static func loan(_ answer: Process.Answer, _ place: String) throws(Failure) -> Loan {
    guard let ended = answer.ended else {
      throw Failure(.unavailable, place, "credential_process did not answer in time")
    }
    switch ended {
    case .exited(0): break
    case .exited(let status):
      throw Failure(.unavailable, place, "credential_process ended with status \(status)")
    case .signalled(let signal):
      throw Failure(.unavailable, place, "credential_process was ended by signal \(signal)")
    }
    return try Loan(json: answer.output, session: "SessionToken", from: place)
  }
}
