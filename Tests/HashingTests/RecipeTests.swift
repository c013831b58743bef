import Digests
import Hashing
import Testing

@Suite struct RecipeTests {
  @Test("digests cover a recipe only if each of them is there")
  func cover() {
    var sums = Sums()
    sums[.sha256] = "x"
    #expect(sums.cover(Recipe([.sha256]), size: 1))
    #expect(!sums.cover(Recipe([.sha256, .md5]), size: 1))
    #expect(!sums.cover(Recipe([.sha256], partSize: 8), size: 1))
  }

  @Test("a multipart ETag covers its own part size, a plain one every part that holds the file")
  func coverETag() {
    var sums = Sums()
    sums.etag = "x-2"
    sums.partSize = 8
    #expect(sums.cover(Recipe(partSize: 8), size: 12))
    #expect(!sums.cover(Recipe(partSize: 16), size: 12))
    sums.partSize = nil
    #expect(sums.cover(Recipe(partSize: 16), size: 12))
    #expect(!sums.cover(Recipe(partSize: 8), size: 12))
  }
}
