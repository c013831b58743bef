package import Store
package import Values

extension Caller {
  /// On which terms a drive is asked.
  package struct Terms {
    /// How many requests are under way at once.
    package var width = 4
    /// Requests a second; nil for as many as there are.
    package var frequency: Double?
    /// Outside of these hours requests wait.
    package var hours: Hours?
    /// How often a request is sent in all.
    package var attempts = 5

    package init() {}

    /// The terms of a remote: what the command line says comes before what the configuration does.
    package init(_ wishes: Wishes, width: Int?, frequency: Double?, hours: Hours?) {
      self.width = wishes.width ?? width ?? self.width
      self.frequency = wishes.frequency ?? frequency
      self.hours = wishes.hours ?? hours
    }
  }
}
