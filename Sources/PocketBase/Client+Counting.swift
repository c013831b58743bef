package import Metrics

/// What there is to count of requests.
extension Client {
  /// Has all requests counted there.
  package func count(in leaflet: Leaflet?) {
    guard let leaflet else { return }
    answered = { [leaflet] status, seconds in
      leaflet.change { samples in
        let result = status.map { "\($0)" } ?? "none"
        samples.add(.requests, Series.requests.key("", [("status", result)]), 1)
        samples.observe(.requestDuration, [], seconds)
        if status == nil { samples.add(.connectionErrors, Series.connectionErrors.key(), 1) }
      }
    }
  }
}
