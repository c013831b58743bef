// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of ours is compiled with.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A library module; the layers they form are drawn in Sources/README.md.
func library(_ name: String, _ uses: Target.Dependency...) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: strict)
}

/// A program of one page. It is linked without any shared library, which halves its start-up.
func tool(_ name: String, _ uses: Target.Dependency...) -> Target {
  .executableTarget(
    name: name, dependencies: ["Command", "Core", "Values", "System"] + uses,
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
    library("Difference", "Core", "Values", "System", "Records", "Stream"),
    library("Cleaning", "Core", "Values", "System", "Records", "Stream", "Tree"),
    library("ScopeOptions", "Command", "Tree", "Values"),

    // Tools.
    tool("s4l", "Records"),
    tool("s4l-scan", "Records", "Stream", "Tree", "ScopeOptions"),
    tool("s4l-ls", "Records", "Stream", "Tree", "Store", "ScopeOptions"),
    tool("s4l-diff", "Records", "Stream", "Store", "Difference"),
    tool("s4l-clean", "Records", "Store", "Stream", "Cleaning"),

    // Tests.
    suite("Digests", "Core", "Values"),
    suite("Difference", "Core", "Values", "System", "Records", "Stream"),
    suite("Cleaning", "Core", "Values", "System", "Records", "Stream"),
  ],
  cxxLanguageStandard: .cxx17
)
