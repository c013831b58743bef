import Settings
import Testing

@Suite("The TOML reader")
struct TomlTests {
  @Test("x") func x() throws {
    for text in ["a = 1\n[b]\nc = 'x'\n[[j]]\nid='1'\n[j.s]\nt=1\n[[j]]\nid='2'\n", "password = abcdefgh1234\n", "password = 'abcdef\n", "a=1\na='hunter2'\n", "[t]\n[t]\n", "password = truehunter", "p = 12secret", "p=\"\\qsecret\"", "p = 2020-13-99secret", "p = 0xZZ", "p = 'a' hunter2"] {
      do { dump(try Toml(Array(text.utf8))) } catch { print(text, error) }
    }
  }
}
