import Core
import Serve
import Values

/// The places where cloud drives, and whoever else sees files change, tell of it.
///
/// All of them understand the same. Some have the names that CloudDrive2 asks for unless it is told
/// otherwise.
struct Webhooks {
  private let door: Door
  private let counter: Counter

  static let paths = [
    "/api/v1/webhook/clouddrive",
    "/api/v1/webhook/clouddrive2/file_notify",
    "/api/v1/webhook/clouddrive2/mount_notify",
    "/api/v1/webhook/events",
  ]

  init(_ door: Door, _ counter: Counter) {
    self.door = door
    self.counter = counter
  }

  func add(to routes: inout Routes) {
    for path in Webhooks.paths {
      routes.add("POST", path) { request, reply in
        door.pass(request, reply, isLenient: true) { _ in
          var petition = Petition(request)
          petition.job = request.parameter("job")
          counter.answer(petition, reply)
        }
      }
      routes.add("GET", path) { request, reply in
        door.pass(request, reply, isLenient: true) { _ in
          door.log.warn(
            "a webhook of \(request.remote) comes by GET, which tells of no files: let it use POST"
          )
          reply.send(.wrongMethod(allowed: ["POST"]))
        }
      }
    }
  }
}
