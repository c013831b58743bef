// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of ours is compiled with.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// A library module; the layers they form are drawn in Sources/README.md.
func library(_ name: String, _ uses: Target.Dependency...) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: strict)
}

/// A program of one page. It is linked without any shared library, which halves its start-up.
func tool(_ name: String, _ uses: Target.Dependency..., path: String? = nil) -> Target {
  .executableTarget(
    name: name, dependencies: ["Command", "Core", "Values", "System"] + uses, path: path,
    swiftSettings: strict,
    linkerSettings: [.unsafeFlags(["-static-executable"], .when(configuration: .release))])
}

/// The tests of one module.
func suite(_ name: String, _ uses: Target.Dependency...) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + uses, swiftSettings: strict)
}

let package = Package(
  name: "s4l",
  targets: [
    // Shims: the only places where C is written or its headers are seen.
    .target(name: "CLinux"),
    .target(name: "CChecksum"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // Libraries, lowest layer first.
    library("Core"),
    library("Values", "Core"),
    library("System", "Core", "Values", "CLinux"),
    library("Digests", "Core", "Values", "CChecksum", "CCrypto"),
    library("Records", "Core", "Values"),
    library("Stream", "Core", "Values", "System", "Records"),
    library("Command", "Core", "Values", "System", "Records"),
    library("Store", "Core", "Values", "System"),
    library("Tree", "Core", "Values", "System", "Records", "Stream"),

    // Tools.
    tool("s4l", "Records"),
    tool("s4l-scan", "Records", "Stream", "Tree"),

    // Tests.
    .target(name: "Doubles", dependencies: ["Values"], path: "Tests/Doubles", swiftSettings: strict),
    suite("Values", "Doubles"),
    suite("Records", "Core", "Values", "Doubles"),
    suite("Stream", "Core", "Values", "System", "Records", "Doubles"),
    suite("Tree", "Core", "Values", "System", "Records", "Stream", "Doubles"),
    suite("Digests", "Core", "Values"),

    // What `make bench` measures besides the tools.
    tool("s4l-forward", "Records", "Stream", path: "Tests/Bench/Forward"),
  ],
  cxxLanguageStandard: .cxx17
)
