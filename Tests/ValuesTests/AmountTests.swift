import Doubles
import Testing
import Values

@Suite struct AmountTests {
  @Test(
    "sizes are read in powers of 1,024, to the byte",
    arguments: [
      ("0", 0), ("4096", 4_096), ("7b", 7), ("64k", 65_536), ("64K", 65_536), ("64kb", 65_536),
      ("64KiB", 65_536), ("1.5M", 1_572_864), ("2GiB", 2_147_483_648), ("1T", 1 << 40),
      ("8191P", 8_191 << 50), ("1.25k", 1_280), ("0.001k", 1), ("1.999999999999999999k", 2_047),
      ("0.75G", 805_306_368), ("0.3M", 314_572), ("007", 7), ("9223372036854775807", .max),
    ])
  func sizes(text: String, bytes: Int) {
    #expect(Size(text: text) == Size(bytes: bytes))
  }

  @Test(
    "what is no size is refused",
    arguments: [
      "", " ", "k", "-1", "+1", ".5k", "5.", "1..5k", "1.5.5k", "1 k", "1kk", "5ib", "5bb", "5e",
      "8192P", "9223372036854775808", "99999999999999999999", "1x", "\u{664}", "1\u{212A}", "0x10",
      "\u{BD}k", "1e3",
    ])
  func badSizes(text: String) {
    #expect(Size(text: text) == nil)
  }

  @Test(
    "sizes for people have a unit and few digits",
    arguments: [
      (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"), (102_400, "100 KiB"),
      (1_048_575, "1023 KiB"), (1 << 20, "1.0 MiB"), (5 << 30, "5.0 GiB"), (.max, "7.9 EiB"),
    ])
  func sizeText(bytes: Int, text: String) {
    #expect(Size(bytes: bytes).text == text)
  }

  @Test(
    "spans are read as sums of numbers with units",
    arguments: [
      ("1ns", 1), ("840µs", 840_000), ("840us", 840_000), ("840\u{3BC}s", 840_000),
      ("500ms", 500_000_000), ("1.5s", 1_500_000_000), ("0s", 0),
      ("1h0m0.25s", 3_600_250_000_000), ("1h30m", 5_400_000_000_000), ("2d", 172_800_000_000_000),
      ("1w", 604_800_000_000_000), ("1.123456789s", 1_123_456_789), ("0.000000001s", 1),
      ("2562047h47m16.854775807s", .max), ("0.1h", 360_000_000_000),
    ])
  func spans(text: String, nanoseconds: Int64) {
    #expect(Span(text: text) == Span(nanoseconds: nanoseconds))
  }

  @Test(
    "what is no span is refused",
    arguments: [
      "", "5", "s", "-5s", "5 s", "1h5", "5x", ".5s", "5.s", "1..5s", "1y",
      "2562047h47m16.854775808s",
      "99999999999999999999s", "\u{664}s", "1S",
    ])
  func badSpans(text: String) {
    #expect(Span(text: text) == nil)
  }

  @Test(
    "spans are written as Go writes them",
    arguments: [
      (0, "0s"), (1, "1ns"), (999, "999ns"), (1_000, "1µs"), (840_000, "840µs"), (1_500, "1.5µs"),
      (1_500_000, "1.5ms"), (1_500_000_000, "1.5s"), (60_000_000_000, "1m0s"),
      (123_000_000_000, "2m3s"), (3_600_250_000_000, "1h0m0.25s"), (-1_500_000_000, "-1.5s"),
      (1_000_000_001, "1.000000001s"), (.max, "2562047h47m16.854775807s"),
      (.min, "-2562047h47m16.854775808s"),
    ])
  func spanText(nanoseconds: Int64, text: String) {
    #expect(Span(nanoseconds: nanoseconds).text == text)
  }

  @Test("a span that was written is read back to the nanosecond")
  func roundTrip() {
    var dice = Dice(5)
    for place in 0..<5_000 {
      let span = Span(nanoseconds: Int64(bitPattern: dice.next() >> UInt64(1 + place % 62)))
      #expect(Span(text: span.text) == span)
    }
  }
}
