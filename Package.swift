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

/// The tests of a library module.
func suite(_ module: String, _ uses: Target.Dependency...) -> Target {
  .testTarget(
    name: module + "Tests", dependencies: [.byName(name: module)] + uses, swiftSettings: strict)
}

let package = Package(
  name: "s4l",
  targets: [
    // Shims: the only places where C is written or its headers are seen.
    .target(name: "CLinux"),
    .target(name: "CToml"),

    // Libraries, lowest layer first.
    library("Core"),
    library("Values", "Core"),
    library("System", "Core", "Values", "CLinux"),
    library("Settings", "Core", "Values", "System", "CToml"),
    library("Records", "Core", "Values"),
    library("Stream", "Core", "Values", "System", "Records"),
    library("Command", "Core", "Values", "System", "Records"),

    // Tools.
    tool("s4l-conf", "Settings"),

    // Suites, one a module.
    suite("Settings", "Core", "Values"),
  ],
  cxxLanguageStandard: .cxx17
)
