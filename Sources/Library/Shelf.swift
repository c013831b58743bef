internal import System

/// Loads that are done, between the threads that did them and the one that tells of it.
///
/// `@unchecked Sendable`: every access is made under its lock.
final class Shelf: @unchecked Sendable {
  private let lock = Lock()
  private var done: [Load] = []
  private var idle: [Load] = []

  func put(_ load: Load) {
    lock.enter()
    done.append(load)
    lock.leave()
  }

  func take() -> [Load] {
    lock.enter()
    defer { lock.leave() }
    let all = done
    done = []
    return all
  }

  func keep(_ load: Load) { idle.append(load) }
  func free() -> Load? { idle.popLast() }
}
