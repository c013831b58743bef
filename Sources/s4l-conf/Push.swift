internal import Collections
internal import Command
internal import Core
internal import HTTP
internal import PocketBase
internal import Records
internal import Settings
internal import System

/// Has the collections of a PocketBase say what the file says.
extension Conf {
  func push(_ io: Standard) throws(Failure) -> Status {
    let pull = try Pull(config, surroundings(io), io.log)
    let hub = try pull.hub(try pull.own())
    // What only the environment says is of this machine.
    let file = try Resolution.load(config, Environment(io.environment.places), alone: true)
    let configuration = try file.configuration(reporting: io.log)
    let objections = Timing.objections(configuration, io.environment)
    for objection in objections { io.log.error(objection) }
    if !objections.isEmpty {
      throw Failure(.config, file.file ?? "", "schedules are wrong; nothing was sent")
    }
    let (groups, remarks) = Configuration.open(configuration.groups)
    for remark in remarks { io.log.warn(remark) }
    let client = try Client(hub, try Loop(), io.log)
    var volume = Volume(try client.read(Shelf.names))
    for objection in volume.objections { io.log.error("pocketbase: \(objection)") }
    if !volume.objections.isEmpty {
      throw Failure(.data, hub.url, "what is there makes no sense; nothing was sent")
    }
    let missing = creates ? Sending.missing(groups, over: volume) : []
    volume = volume.with(missing)
    let sending = try Sending(groups, over: volume, removes: removes)
    if isDry {
      try write(missing.map { "+ collection \($0.rawValue)" }, io)
      try write(Configuration.differences(from: sending.before, to: sending.after), io)
      return .success
    }
    for shelf in missing {
      try client.makeCollection(shelf.rawValue, shelf.fields, unique: shelf.identity)
      io.log.info("collection \(shelf.rawValue): created")
    }
    var failures = 0
    for step in sending.steps {
      do throws(Failure) {
        try take(step, client)
        io.log.info("\(step.label): \(step.words)")
      } catch {
        if error.kind == .later || Interrupt.isRequested { throw error }
        io.log.error("\(step.label): it is not \(step.words): \(error.message)")
        failures += 1
      }
    }
    if sending.steps.isEmpty { io.log.info("nothing has changed", ["at": "\(hub.url)"]) }
    return failures > 0 ? .partial : .success
  }

  private func take(_ step: Sending.Step, _ client: Client) throws(Failure) {
    switch step {
    case .create(let leaf, let id):
      let body = JSON.object([.init("id", .text(id))] + (leaf.body.fields ?? []))
      let answer = try client.ask(.post, path(leaf.shelf), body)
      if answer.isSuccess { return }
      // One whose answer was lost is there already.
      let code = Client.parsed(answer)?["data"]?["id"]?["code"]?.text
      guard code == "validation_not_unique" || code == "validation_pk_invalid" else {
        throw Failure(.refused, "", Client.message(of: answer))
      }
      try update(leaf, id, client)
    case .update(let leaf, let id): try update(leaf, id, client)
    case .delete(let shelf, _, let id):
      let answer = try client.ask(.delete, path(shelf) + "/" + id)
      if !answer.isSuccess, answer.status != 404 {
        throw Failure(.refused, "", Client.message(of: answer))
      }
    }
  }

  private func update(_ leaf: Leaf, _ id: String, _ client: Client) throws(Failure) {
    let answer = try client.ask(.patch, path(leaf.shelf) + "/" + id, leaf.body)
    if !answer.isSuccess { throw Failure(.refused, "", Client.message(of: answer)) }
  }

  private func path(_ shelf: Shelf) -> String { "/api/collections/\(shelf.rawValue)/records" }
}

extension Sending.Step {
  fileprivate var label: String {
    switch self {
    case .create(let leaf, _), .update(let leaf, _): leaf.label
    case .delete(let shelf, let name, _): "\(shelf.rawValue): \(name)"
    }
  }

  fileprivate var words: String {
    switch self {
    case .create: "created"
    case .update: "updated"
    case .delete: "removed"
    }
  }
}
