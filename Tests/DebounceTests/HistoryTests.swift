import Debounce
import Doubles
import Testing
import Values

/// Whatever happens in a folder, and whenever: who follows the fewer records that come out ends up
/// where the folder is.
@Suite struct HistoryTests {
  private struct Trial {
    var history: History
    var pool: EventPool
    var naive = Believer()
    var believer = Believer()
    var looker = Looker()
    var now: Int64 = 0
    var heard = 0
    var said = 0

    init(_ seed: UInt64) {
      history = History(seed)
      let quiet = Int64(1 + history.dice.below(20))
      let most = quiet * Int64(1 + history.dice.below(5))
      let events = history.dice.hits(onceIn: 3) ? 1 + history.dice.below(6) : 1_000
      let isForever = history.dice.hits(onceIn: 4)
      pool = EventPool(
        quiet: isForever ? Pool<Int>.never : quiet, most: isForever ? Pool<Int>.never : most,
        limit: EventPool.Limit(events: events, bytes: 1 << 20))
    }

    mutating func run(_ steps: Int) {
      for _ in 0..<steps {
        now += Int64(history.dice.below(8))
        if history.dice.hits(onceIn: 2) { tell(pool.tick(at: now)) }
        for event in history.step() {
          heard += 1
          naive.apply(Told(event.line))
          tell(pool.saw(event, at: now))
        }
        if history.dice.hits(onceIn: 40) { tell(pool.flush()) }
        if history.dice.hits(onceIn: 40) {
          let path = Path(text: history.dice.pick(["a", "a/b", "c/"]))
          tell(pool.yield(to: Place(path, below: nil)))
        }
      }
      tell(pool.flush())
    }

    mutating func tell(_ told: [Told]) {
      for record in told {
        said += 1
        believer.apply(record)
        looker.apply(record, history.files)
      }
    }
  }

  @Test("the records that come out lead where all that went in lead", arguments: 0..<16)
  func property(_ part: UInt64) {
    var heard = 0
    var said = 0
    for seed in 0..<500 {
      var trial = Trial(part * 500 + UInt64(seed))
      trial.run(60)
      heard += trial.heard
      said += trial.said
      let name = "seed \(part * 500 + UInt64(seed))"
      let truth = trial.history.files
      guard trial.naive.files == truth.mapValues(\.content), trial.naive.complaints == [] else {
        Issue.record("\(name): the history itself is wrong: \(trial.naive.complaints)")
        return
      }
      guard trial.believer.files == trial.naive.files, trial.believer.complaints == [] else {
        Issue.record(
          "\(name): \(trial.believer.files), not \(trial.naive.files), \(trial.believer.complaints)"
        )
        return
      }
      guard trial.looker.files == truth else {
        Issue.record("\(name): \(trial.looker.files) seen instead of \(truth)")
        return
      }
    }
    #expect(heard > 5_000 && said < heard)
  }
}
