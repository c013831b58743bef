import Debounce
import Testing

@Suite struct PoolTests {
  @Test(
    "a thing is due when it has been quiet, and no later than the limit after it was first seen")
  func due() {
    var pool = Pool<String>(quiet: 10, most: 25)
    let one = pool.add("a", size: 1, at: 100)
    #expect(pool.due() == 110)
    pool.replace(one, "b", size: 1, at: 109)
    #expect(pool.due() == 119)
    #expect(pool.next(at: 118) == nil)
    pool.replace(one, "c", size: 1, at: 118)
    #expect(pool.due() == 125)
    #expect(pool.next(at: 125) == one)
    #expect(pool.remove(one) == "c")
    #expect(pool.due() == nil && pool.count == 0 && pool.size == 0)
  }

  @Test("things come out in the order of their time, however they were touched")
  func order() {
    var pool = Pool<Int>(quiet: 10, most: 1_000)
    let all = (0..<100).map { pool.add($0, size: 1, at: Int64($0)) }
    for place in stride(from: 0, to: 100, by: 3) {
      pool.replace(all[place], place, size: 1, at: 200)
    }
    var out: [Int] = []
    while let next = pool.next(at: 1_000) { out.append(pool.remove(next) ?? -1) }
    #expect(out == (0..<100).filter { $0 % 3 != 0 } + stride(from: 0, to: 100, by: 3))
  }

  @Test("what is kept for ever is never due, and can still be taken eldest first")
  func never() {
    var pool = Pool<Int>(quiet: Pool<Int>.never, most: Pool<Int>.never)
    let one = pool.add(1, size: 5, at: 0)
    _ = pool.add(2, size: 6, at: 1)
    #expect(pool.due() == nil && pool.next(at: .max) == nil)
    #expect(pool.size == 11)
    #expect(pool.eldest() == one)
  }
}

@Suite struct BurstTests {
  @Test("a command runs once it has been quiet, once for the whole burst")
  func once() {
    var burst = Burst(quiet: 10, most: 100)
    #expect(burst.due == nil && burst.tick(at: 5) == [])
    for moment: Int64 in [0, 9, 18] { burst.saw(at: moment) }
    #expect(burst.due == 28)
    #expect(burst.tick(at: 27) == [])
    #expect(burst.tick(at: 28) == [.flush, .run])
    #expect(burst.tick(at: 99) == [])
    #expect(burst.ended() == [])
    #expect(!burst.isPending)
  }

  @Test("a burst that does not end is cut when it has lasted for the limit")
  func limit() {
    var burst = Burst(quiet: 10, most: 25)
    for moment: Int64 in [0, 9, 18, 24] { burst.saw(at: moment) }
    #expect(burst.due == 25)
    #expect(burst.tick(at: 25) == [.flush, .run])
  }

  @Test("what comes while it runs asks for one more run, however many bursts it were")
  func meanwhile() {
    var burst = Burst(quiet: 10, most: 100)
    burst.saw(at: 0)
    #expect(burst.tick(at: 10) == [.flush, .run])
    burst.saw(at: 20)
    #expect(burst.tick(at: 30) == [.flush])
    burst.saw(at: 40)
    #expect(burst.tick(at: 50) == [.flush])
    #expect(burst.isPending)
    #expect(burst.ended() == [.run])
    #expect(burst.ended() == [])
  }

  @Test("a burst that is still going on when the run ends is waited for")
  func ongoing() {
    var burst = Burst(quiet: 10, most: 100)
    burst.saw(at: 0)
    #expect(burst.tick(at: 10) == [.flush, .run])
    burst.saw(at: 20)
    #expect(burst.ended() == [])
    #expect(burst.tick(at: 30) == [.flush, .run])
  }

  @Test("at the end of the input nothing is waited for")
  func ending() {
    var burst = Burst(quiet: 10, most: 100)
    #expect(burst.end() == [])
    burst.saw(at: 0)
    #expect(burst.end() == [.flush, .run])
    burst.saw(at: 1)
    #expect(burst.end() == [.flush])
    #expect(burst.ended() == [.run])
  }
}

@Suite struct KeyPoolTests {
  private let limit = EventPool.Limit(events: 2, bytes: 1 << 20)

  @Test("the last record of a key stands for all, and goes when it is quiet")
  func last() {
    var pool = KeyPool(quiet: 10, most: 100, limit: limit)
    #expect(pool.saw([1], key: [7], at: 0) == [])
    #expect(pool.saw([2], key: [8], at: 1) == [])
    #expect(pool.saw([3], key: [7], at: 5) == [])
    #expect(pool.due() == 11)
    #expect(pool.tick(at: 20) == [Told([2]), Told([3])])
    #expect(pool.flush() == [])
  }

  @Test("where there is no room the one that is due first goes early")
  func full() {
    var pool = KeyPool(quiet: 10, most: 100, limit: limit)
    for key: UInt8 in [1, 2] { #expect(pool.saw([key], key: [key], at: Int64(key)) == []) }
    #expect(!pool.wasFull)
    #expect(pool.saw([3], key: [3], at: 3) == [Told([1])])
    #expect(pool.wasFull)
    #expect(pool.flush() == [Told([2]), Told([3])])
  }
}
