import Core
import Objects
import Testing

@testable import S3

@Suite("Addresses of buckets") struct AddressTests {
  @Test(
    "a name that would make another host of it stands in the path, also where hosts are asked for",
    arguments: ["evil.org:80#", "evil.org?", "a@b", "a\\b", "evil.org%2f"])
  func hosts(_ bucket: String) throws {
    let endpoint = try Endpoint("https://s3.example.org")
    for style in Address.Style.allCases {
      let address = Address(bucket: bucket, endpoint: endpoint, style: style, prefersPath: false)
      #expect(address.host == "s3.example.org")
    }
    let usual = Address(bucket: "b_1", endpoint: endpoint, style: .virtual, prefersPath: false)
    #expect(usual.host == "b_1.s3.example.org")
  }
}
