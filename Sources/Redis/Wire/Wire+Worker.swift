internal import Protobuf
package import Tasks
internal import Values

/// What a worker tells of itself, as asynq's servers do.
extension Wire {
  /// The process: host, number, name, width, and what it serves. Queues come by weight, the
  /// heaviest first.
  package static func encode(_ worker: Worker) -> [UInt8] {
    var out = Encoder()
    out.text(1, worker.host)
    out.number(2, worker.process)
    out.text(3, worker.id)
    out.number(4, worker.width)
    let weights = worker.weights.sorted {
      $0.value != $1.value ? $0.value > $1.value : precedes($0.key, $1.key)
    }
    for (queue, weight) in weights { out.entry(5, queue, weight) }
    out.flag(6, worker.isStrict)
    out.text(7, worker.status.rawValue)
    out.moment(8, worker.started)
    out.number(9, worker.hands.count)
    return out.bytes
  }

  package static func worker(_ bytes: [UInt8]) -> Worker? {
    var worker = Worker(
      host: "", process: 0, id: "", width: 0, weights: [:], started: Timestamp(seconds: 0))
    var decoder = Decoder(bytes)
    let isWhole = decoder.each { field in
      switch field.number {
      case 1: worker.host = field.text ?? ""
      case 2: worker.process = field.short ?? 0
      case 3: worker.id = field.text ?? ""
      case 4: worker.width = field.short ?? 0
      case 5: if let entry = field.entry { worker.weights[entry.key] = entry.value?.short ?? 0 }
      case 6: worker.isStrict = field.integer == 1
      case 7: worker.status = Worker.Status(rawValue: field.text ?? "") ?? .active
      case 8: worker.started = field.moment ?? worker.started
      default: break
      }
      return true
    }
    return isWhole ? worker : nil
  }

  /// One task in a worker's hands.
  package static func encode(_ hand: Worker.Hand, of worker: Worker) -> [UInt8] {
    var out = Encoder()
    out.text(1, worker.host)
    out.number(2, worker.process)
    out.text(3, worker.id)
    out.text(4, hand.task.id)
    out.text(5, hand.task.type)
    out.bytes(6, hand.task.payload ?? [])
    out.text(7, hand.task.queue)
    out.moment(8, hand.started)
    out.moment(9, hand.limit)
    return out.bytes
  }

  package static func hand(_ bytes: [UInt8]) -> Worker.Hand? {
    let origin = Timestamp(seconds: 0)
    var hand = Worker.Hand(Task(id: "", queue: "", type: ""), started: origin, limit: origin)
    var decoder = Decoder(bytes)
    let isWhole = decoder.each { field in
      switch field.number {
      case 4: hand.task.id = field.text ?? ""
      case 5: hand.task.type = field.text ?? ""
      case 6: hand.task.payload = field.bytes.map { Array($0) }
      case 7: hand.task.queue = field.text ?? ""
      case 8: hand.started = field.moment ?? origin
      case 9: hand.limit = field.moment ?? origin
      default: break
      }
      return true
    }
    return isWhole ? hand : nil
  }
}

extension Encoder {
  /// A moment, as a message of seconds and nanoseconds.
  fileprivate mutating func moment(_ field: Int, _ moment: Timestamp) {
    message(field) {
      $0.number(1, Int(moment.seconds))
      $0.number(2, Int(moment.nanoseconds))
    }
  }
}

extension Decoder.Field {
  fileprivate var moment: Timestamp? {
    guard let bytes else { return nil }
    var moment = Timestamp(seconds: 0)
    var decoder = Decoder(bytes)
    let isWhole = decoder.each { field in
      if field.number == 1 { moment.seconds = Int64(field.integer ?? 0) }
      if field.number == 2 { moment.nanoseconds = Int32(field.short ?? 0) }
      return true
    }
    return isWhole ? moment : nil
  }
}
