internal import Metrics
internal import Shipping
internal import System

/// What there is to count of lines, told now and then: there may be many of them.
final class Ledger {
  private let leaflet: Leaflet?
  private let backlog: Backlog
  private let loop: Loop
  private var errors = 0
  private var waiting = -1
  private var pause: Loop.Timer?

  private static let second: Int64 = 1_000_000_000

  init(_ leaflet: Leaflet?, _ backlog: Backlog, _ loop: Loop) {
    self.leaflet = leaflet
    self.backlog = backlog
    self.loop = loop
  }

  /// Tells what has changed, unless it was told just now: then it is, a second later.
  func look(_ shipment: Shipment) {
    guard leaflet != nil, pause == nil, hasNews(shipment) else { return }
    tell(shipment)
    pause = loop.after(Ledger.second) { [unowned self] in pause = nil }
  }

  func close(_ shipment: Shipment) { if leaflet != nil { tell(shipment) } }

  private func hasNews(_ shipment: Shipment) -> Bool {
    shipment.errors != errors || backlog.count != waiting
  }

  private func tell(_ shipment: Shipment) {
    leaflet?.change { samples in
      samples.add(.uploadErrors, Series.uploadErrors.key(), Double(shipment.errors - errors))
      samples.set(.logBuffer, Series.logBuffer.key(), Double(backlog.count))
    }
    errors = shipment.errors
    waiting = backlog.count
    leaflet?.publish()
  }
}
