import Testing
import Values

@Suite struct HoursTests {
  private func rest(_ text: String, _ hour: Int, _ minute: Int = 0, _ second: Int = 0) throws -> Int
  {
    try #require(Hours(text: text)).rest(at: hour * 3_600 + minute * 60 + second)
  }

  @Test("a range holds from its first second to the one before its end")
  func plain() throws {
    #expect(try rest("08:30-17:00", 8, 29, 59) == 1)
    #expect(try rest("08:30-17:00", 8, 30) == 0)
    #expect(try rest("08:30-17:00", 16, 59, 59) == 0)
    #expect(try rest("08:30-17:00", 17) == 15 * 3_600 + 1_800)
    #expect(try rest("8:30-9:00", 8, 45) == 0)
  }

  @Test("a range whose end lies before its start goes over midnight")
  func night() throws {
    for hour in [22, 23, 0, 3, 5] { #expect(try rest("22:00-06:00", hour) == 0) }
    #expect(try rest("22:00-06:00", 6) == 16 * 3_600)
    #expect(try rest("22:00-06:00", 21, 59, 59) == 1)
    #expect(try rest("22:00-24:00", 23, 59, 59) == 0)
    #expect(try rest("22:00-24:00", 0) == 22 * 3_600)
    #expect(try rest("00:00-24:00", 12) == 0)
    #expect(try rest("22:00-00:00", 23) == 0)
  }

  @Test("of several ranges the next counts")
  func several() throws {
    #expect(try rest("00:00-07:00,12:00-13:30", 13, 29) == 0)
    #expect(try rest("00:00-07:00,12:00-13:30", 11) == 3_600)
    #expect(try rest("12:00-13:30,00:00-07:00", 20) == 4 * 3_600)
  }

  @Test(
    "what is no range of hours is refused",
    arguments: [
      "", "22", "22-6", "22:00", "22:00-", "-06:00", "22:00-06:00,", "22:00-22:00", "24:00-06:00",
      "22:60-06:00", "25:00-06:00", "22:00-06:00-07:00", "+2:00-06:00", "22:0-06:00",
      " 22:00-06:00",
      "022:00-06:00", "24:01-06:00",
    ])
  func refused(_ text: String) {
    #expect(Hours(text: text) == nil)
  }

  @Test("a second of the day reads as people write it, past midnight too")
  func clock() {
    #expect(Hours.clock(0) == "00:00")
    #expect(Hours.clock(22 * 3_600 + 5 * 60 + 59) == "22:05")
    #expect(Hours.clock(30 * 3_600) == "06:00")
  }
}
