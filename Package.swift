// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of ours is compiled with.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  .unsafeFlags(
    ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
    .when(configuration: .release)),
]

/// The same for what waits for others, or is done once: small before fast, as there is a bound to
/// the size of a program.
let small = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// A library module; the layers they form are drawn in Sources/README.md.
func library(_ name: String, _ uses: Target.Dependency...) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: strict)
}

/// A library module without loops that anybody waits for.
func errands(_ name: String, _ uses: Target.Dependency...) -> Target {
  .target(name: name, dependencies: uses, swiftSettings: small)
}

/// The names of Unicode's characters stay out of every program: see CLinux/names.c.
let nameless = ["-Xlinker", "--wrap=_swift_stdlib_getScalarName"]

/// A program of one page. It is linked without any shared library, which halves its start-up.
func tool(_ name: String, _ uses: Target.Dependency..., path: String? = nil) -> Target {
  .executableTarget(
    name: name, dependencies: ["Command", "Core", "Values", "System"] + uses, path: path,
    swiftSettings: strict,
    linkerSettings: [
      .unsafeFlags(["-static-executable"] + nameless, .when(configuration: .release))
    ])
}

/// A program that may open a store. Libraries that only this needs are loaded when it does.
func traveller(_ name: String, _ uses: Target.Dependency...) -> Target {
  caller(name, ["Stores", "DriveStores"] + uses)
}

/// A program that speaks to others over a network: names of hosts are looked up by libraries that a
/// program without shared ones could not load. It shows them none of its own symbols and is not
/// moved about in memory: that takes a tenth off its size and a quarter off its start-up. Functions
/// that turn out the same are there once, unless somebody asks which is which. How to unwind each
/// function is not indexed: nothing in it throws as C++ does.
func caller(_ name: String, _ uses: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: ["Command", "Core", "Values", "System"] + uses,
    swiftSettings: small,
    linkerSettings: [
      .unsafeFlags(
        [
          "-Xlinker", "--no-export-dynamic", "-Xlinker", "--icf=safe",
          "-Xlinker", "--no-eh-frame-hdr", "-Xclang-linker", "-no-pie",
        ] + nameless,
        .when(configuration: .release))
    ])
}

/// The tests of one module.
func suite(_ name: String, _ uses: Target.Dependency...) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + uses, swiftSettings: strict)
}

/// Tests of the programs themselves, which are built with them and found beside them.
func whole(_ name: String, _ uses: Target.Dependency...) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: ["Support", "Core", "Values", "System"] + uses,
    swiftSettings: [.treatAllWarnings(as: .error)])
}

let package = Package(
  name: "s4l",
  targets: [
    // Shims: the only places where C is written or its headers are seen.
    .target(name: "CLinux"),
    .target(name: "CToml"),
    .target(name: "CChecksum"),
    .target(name: "CCurl"),
    .target(
      name: "CCrypto",
      linkerSettings: [
        .linkedLibrary("crypto", .when(configuration: .debug)),
        // The few calls that are used, without the rest of the library to load.
        .linkedLibrary(":libcrypto.a", .when(configuration: .release)),
      ]),
    .target(name: "CExpat", linkerSettings: [.linkedLibrary(":libexpat.a")]),
    .target(name: "CHiredis", linkerSettings: [.linkedLibrary(":libhiredis.a")]),
    .target(name: "CSqlite", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(name: "CPq"),
    .target(name: "CMicrohttpd", linkerSettings: [.linkedLibrary("microhttpd")]),

    // Libraries, lowest layer first.
    library("Core"),
    library("Values", "Core"),
    library("System", "Core", "Values", "CLinux"),
    library("Digests", "Core", "Values", "CChecksum", "CCrypto"),
    library("Signing", "Core", "Values", "Digests"),
    errands("Schedules", "Core", "Values", "System"),
    errands("Settings", "Core", "Values", "System", "CToml"),
    library("Markup", "Core", "Values", "CExpat"),
    library("Records", "Core", "Values"),
    library("Stream", "Core", "Values", "System", "Records"),
    errands("Store", "Core", "Values", "System", "Records"),
    library("HTTP", "Core", "Values", "System", "CCurl"),
    errands(
      "Credentials", "Core", "Values", "System", "Digests", "Records", "Markup", "HTTP", "Signing"),
    library("Tree", "Core", "Values", "System", "Records", "Stream", "Store"),
    errands(
      "Objects", "Core", "Values", "System", "Digests", "Records", "Markup", "HTTP", "Signing",
      "Store"),
    errands(
      "S3", "Core", "Values", "System", "Digests", "Records", "Markup", "HTTP", "Signing", "Store",
      "Objects"),
    errands(
      "Azure", "Core", "Values", "System", "Digests", "Records", "Markup", "HTTP", "Signing",
      "Store", "Objects"),
    errands(
      "Transfer", "Core", "Values", "System", "Digests", "Records", "Stream", "Tree", "Store",
      "Manifests"),
    errands(
      "Stores", "Core", "Values", "System", "Command", "Settings", "HTTP", "Signing",
      "Credentials", "Store", "Objects", "S3", "Plugin"),
    errands(
      "DriveStores", "Command", "Core", "Values", "System", "HTTP", "Store", "Stores", "Drives",
      "OpenList", "WebDAV", "CloudDrive", "Objects", "Azure"),
    errands("Manifests", "Core", "Values", "System", "Records"),
    library("Protobuf"),
    errands("Drives", "Core", "Values", "System", "Digests", "Records", "HTTP", "Store"),
    errands(
      "OpenList", "Core", "Values", "System", "Digests", "Records", "HTTP", "Signing", "Store",
      "Drives"),
    errands(
      "WebDAV", "Core", "Values", "System", "Digests", "Records", "Markup", "HTTP", "Signing",
      "Store", "Drives"),
    errands(
      "CloudDrive", "Core", "Values", "System", "Digests", "Records", "Protobuf", "HTTP",
      "Signing", "Store", "Drives"),
    errands("Plugin", "Core", "Values", "System", "Digests", "Records", "Store"),
    library("Difference", "Core", "Values", "System", "Records", "Stream"),
    library("Agreement", "Core", "Values", "System", "Records", "Stream", "Difference"),
    library("Hashing", "Core", "Values", "System", "Records", "Stream", "Digests"),
    errands("Command", "Core", "Values", "System", "Records"),
    errands(
      "Cleaning", "Core", "Values", "System", "Records", "Stream", "Tree", "Store", "Manifests"),
    library(
      "Library", "Core", "Values", "System", "Digests", "Records", "Stream", "Tree", "Store",
      "Manifests", "HTTP"),
    errands("Supervision"),
    errands(
      "PocketBase", "Core", "Values", "System", "Records", "Settings", "HTTP", "Metrics"),
    errands("Collections", "Core", "Values", "Records", "Settings", "HTTP", "PocketBase"),
    errands(
      "Shipping", "Core", "Values", "System", "Digests", "Records", "HTTP", "PocketBase"),
    errands("LogFiles", "Core", "Values", "System"),
    errands("Services", "Core", "Values", "System", "Settings"),
    errands("Notices", "Core", "Values", "System", "Records", "Stream", "Settings", "HTTP"),
    errands("Inbox", "Core", "Values", "System", "Records"),
    errands("Access", "Command", "Core", "Values", "Store", "Stream"),
    library("Watching", "Core", "Values", "System", "Records", "Stream", "Tree"),
    errands("ChoicesOfTree", "Command", "Core", "Values", "Tree"),
    errands("ChoicesOfPlans", "Command", "Core", "Values", "Difference"),
    errands("ChoicesOfCleaning", "Command", "Core", "Values", "Cleaning"),
    errands(
      "ChoicesOfCopies", "Access", "Command", "Core", "Values", "System", "Digests", "Records",
      "Stream",
      "Store", "Transfer"),
    errands(
      "Pipeline", "Command", "Access", "ChoicesOfTree", "ChoicesOfPlans", "ChoicesOfCopies",
      "ChoicesOfCleaning", "Core", "Values", "System", "Records", "Stream", "Settings",
      "Store", "Transfer", "Difference"),
    library("Tasks", "Core", "Values", "System", "Records"),
    library("SQL", "Core", "Values", "System", "CSqlite"),
    library("Redis", "Core", "Values", "System", "Digests", "Protobuf", "Tasks", "CHiredis"),
    library("TaskFile", "Core", "Values", "System", "Digests", "Tasks", "SQL"),
    library(
      "Queues", "Command", "Core", "Values", "System", "Settings", "Tasks", "Redis", "TaskFile"),
    errands("Work", "Core", "Values", "System", "Records", "Stream", "Tasks"),
    library("Debounce", "Core", "Values", "System", "Records", "Stream"),
    library("Serve", "Core", "Values", "System", "Digests", "CMicrohttpd"),
    errands("Bookings", "Core", "Values", "System", "Records", "Tasks"),
    errands("Annals", "Core", "Values", "System", "Records", "SQL"),
    errands(
      "Jobs", "Command", "Core", "Values", "System", "Records", "Stream", "Store", "Tree",
      "Settings", "Tasks", "SQL", "Inbox", "Work", "Pipeline", "Bookings", "Annals"),

    library("Index", "Core", "Values", "System", "Digests", "Records", "Stream"),
    errands("Postgres", "Core", "Values", "System", "CPq"),
    library("IndexFile", "Core", "Values", "System", "SQL", "Index"),
    errands("IndexServer", "Core", "Values", "System", "Postgres", "Index"),
    errands(
      "Indexes", "Command", "Core", "Values", "System", "Settings", "Index", "IndexFile",
      "Postgres", "IndexServer"),
    library("Metrics", "Core", "Values", "System"),

    // Tools.
    tool("s4l", "Records"),
    traveller("s4l-clean", "Records", "Stream", "Store", "Cleaning", "Access", "ChoicesOfCleaning"),
    caller(
      "s4l-conf",
      ["Records", "Settings", "Schedules", "HTTP", "PocketBase", "Collections", "Metrics"]),
    tool(
      "s4l-diff", "Records", "Stream", "Store", "Digests", "Difference", "Agreement", "Access",
      "ChoicesOfPlans",
      "ChoicesOfTree"),
    tool("s4l-debounce", "Records", "Stream", "Debounce"),
    traveller("s4l-get", "Records", "Stream", "Store", "Transfer", "Access", "ChoicesOfCopies"),
    tool("s4l-hash", "Records", "Stream", "Digests", "Hashing"),
    caller(
      "s4l-hook",
      [
        "Stores", "Digests", "Store", "Settings", "Tasks", "Queues", "Serve", "Records", "Access",
        "Inbox",
      ]),
    caller(
      "s4l-index", ["Records", "Stream", "Cleaning", "ChoicesOfCleaning", "Index", "Indexes"]),
    traveller("s4l-ls", "Records", "Stream", "Store", "Tree", "Access", "ChoicesOfTree"),
    caller("s4l-pull", ["Pipeline"]),
    caller("s4l-push", ["Pipeline"]),
    traveller("s4l-put", "Records", "Stream", "Store", "Transfer", "Access", "ChoicesOfCopies"),
    caller("s4l-ship", ["Records", "Settings", "HTTP", "PocketBase", "Shipping", "Metrics"]),
    tool("s4l-service", "Services", "Settings"),
    caller(
      "s4l-metrics",
      [
        "Digests", "Records", "Settings", "Tasks", "Queues", "Serve", "Bookings", "Annals",
        "Metrics",
      ]),
    caller("s4l-notify", ["Records", "Stream", "Settings", "Notices"]),
    caller(
      "s4l-daemon",
      [
        "Records", "Settings", "Supervision", "LogFiles", "Tasks", "Queues", "Bookings", "Annals",
        "Metrics",
      ]),
    caller("s4l-cron", ["Records", "Settings", "Schedules", "Tasks", "Queues", "Bookings"]),
    caller("s4l-publish", ["Records", "Tree", "Settings", "Tasks", "Queues"]),
    caller("s4l-queue", ["Records", "Stream", "Settings", "Tasks", "Queues", "Work"]),
    caller(
      "s4l-run",
      [
        "Records", "Tasks", "Queues", "Access", "ChoicesOfCleaning", "Pipeline", "Jobs",
        "Bookings", "Annals", "Settings",
      ]),
    traveller(
      "s4l-strm", "Records", "Stream", "Store", "Access", "Library"),
    tool("s4l-scan", "Records", "Stream", "Tree", "ChoicesOfTree"),
    tool("s4l-settle", "Records", "Stream", "Agreement"),
    caller("s4l-sync", ["Digests", "Settings", "Store", "Pipeline", "Jobs", "Annals"]),
    tool("s4l-watch", "Records", "Stream", "Tree", "Watching", "ChoicesOfTree"),

    // What `make bench` measures besides the tools.
    tool("bench-forward", "Records", "Stream", path: "Tests/Bench/Forward"),

    // Tests.
    .executableTarget(
      name: "probe-http", dependencies: ["HTTP", "Core", "Values", "System"], path: "Tests/Probe",
      swiftSettings: strict),
    .executableTarget(
      name: "probe-tasks", dependencies: ["TaskFile", "Tasks", "Core", "Values", "System"],
      path: "Tests/Hammer", swiftSettings: strict),
    .executableTarget(
      name: "probe-redis", dependencies: ["Redis", "Tasks", "Core", "Values", "System"],
      path: "Tests/RedisBench", swiftSettings: strict),
    .executableTarget(
      name: "probe-inbox", dependencies: ["Inbox", "Core", "Values", "System"],
      path: "Tests/InboxProbe", swiftSettings: strict),
    .target(
      name: "Doubles", dependencies: ["Core", "Values", "System", "Records", "Store", "Drives"],
      path: "Tests/Doubles", swiftSettings: strict),
    .target(
      name: "Support", dependencies: ["Core", "Values", "System"], path: "Tests/Support",
      swiftSettings: [.treatAllWarnings(as: .error)]),
    suite("Values", "Core", "Doubles"),
    suite("System", "Core", "Values", "Support"),
    suite("Digests", "Core", "Values"),
    suite("Schedules", "Core", "Values", "Support", "Doubles"),
    suite("Signing", "Core", "Values", "Digests", "Doubles"),
    suite("Markup", "Core", "Values", "Doubles"),
    suite(
      "S3", "Core", "Values", "System", "Records", "Markup", "HTTP", "Signing", "Store", "Settings",
      "Access", "Objects", "Doubles", "Support"),
    suite(
      "Azure", "Core", "Values", "System", "Records", "Markup", "HTTP", "Signing", "Store",
      "Objects", "Doubles", "Support"),
    suite("Credentials", "Core", "Values", "System", "HTTP", "Signing", "Doubles"),
    suite("Settings", "Core", "Values", "s4l-conf"),
    suite("Records", "Core", "Values", "Doubles"),
    suite("Stream", "Core", "Values", "System", "Records", "Doubles"),
    suite("HTTP", "Core", "Values", "System", "Doubles", "Support", "probe-http"),
    suite("Tree", "Core", "Values", "System", "Records", "Stream", "Store", "Drives", "Doubles"),
    suite(
      "Watching", "Core", "Values", "System", "Records", "Stream", "Tree", "Doubles", "Support"),
    suite("Command", "Core", "Values"),
    suite(
      "Transfer", "Core", "Values", "System", "Digests", "Records", "Stream", "Store", "Support"),
    suite("Difference", "Core", "Values", "System", "Records", "Stream"),
    suite("Agreement", "Core", "Values", "System", "Records", "Stream", "Difference"),
    suite("Hashing", "Core", "Values", "System", "Records", "Stream", "Digests"),
    suite(
      "Cleaning", "Core", "Values", "System", "Records", "Stream", "Store", "Manifests", "Doubles"),
    suite(
      "Jobs", "Core", "Values", "System", "Records", "Settings", "Tasks", "Pipeline", "Bookings",
      "Annals", "Support"),
    suite("Tasks", "Core", "Values"),
    suite("SQL", "Core", "Values", "System", "Support"),
    suite("Redis", "Core", "Values", "System", "Tasks", "Support", "Doubles"),
    suite(
      "Queues", "Core", "Values", "System", "Tasks", "SQL", "Redis", "TaskFile", "Support",
      "probe-tasks"),
    suite("Work", "Core", "Values", "System", "Records", "Stream", "Tasks"),
    suite("Debounce", "Core", "Values", "System", "Records", "Stream", "Support", "Doubles"),
    suite("Serve", "Core", "Values", "System", "Digests", "Doubles", "Support"),
    whole("Support"),
    suite("Plugin", "Core", "Values", "System", "Records", "Store"),
    suite("Drives", "Core", "Values", "System", "HTTP", "Store", "Doubles"),
    suite(
      "OpenList", "Core", "Values", "System", "Records", "HTTP", "Store", "Drives", "Support",
      "Doubles"),
    suite(
      "WebDAV", "Core", "Values", "System", "Records", "HTTP", "Store", "Drives", "Support",
      "Doubles"),
    suite(
      "CloudDrive", "Core", "Values", "System", "Records", "Protobuf", "HTTP", "Store", "Drives",
      "Support", "Doubles"),
    suite(
      "Library", "Core", "Values", "System", "Records", "Stream", "Store", "Manifests", "Support",
      "Doubles"),
    suite("PocketBase", "Core", "Values", "System", "Records", "HTTP", "Settings", "Support"),
    suite(
      "Collections", "Core", "Values", "System", "Records", "Settings", "PocketBase", "Support"),
    suite("LogFiles", "Core", "Values", "System", "Support"),
    suite("Shipping", "Core", "Values", "System", "Records", "HTTP", "PocketBase", "Support"),
    suite("Services", "Core", "Values", "System", "Settings", "Support"),
    suite("Notices", "Core", "Values", "System", "Records", "Stream", "Support", "Doubles"),
    suite("Inbox", "Core", "Values", "System", "Records", "Support", "probe-inbox"),
    suite(
      "Index", "Core", "Values", "System", "SQL", "IndexFile", "Postgres", "IndexServer", "Indexes",
      "Support", "Doubles"),
    suite(
      "Metrics", "Core", "Values", "System", "Tasks", "TaskFile", "Support", "Doubles",
      "s4l-metrics"),
    suite("Postgres", "Core", "Values", "System", "Support"),
    suite("Supervision"),
    whole("Daemon"),
    whole("Cron"),
    whole("Transcript"),
    whole("House"),
    whole("Pipeline", "Doubles"),
    whole("Worker"),
    whole("Repositories"),
    whole("Store", "Doubles"),
    whole(
      "Hook", "s4l-hook", "Serve", "Tasks", "TaskFile", "Records", "Store", "Jobs", "Inbox",
      "Settings", "Doubles"),
  ],
  cxxLanguageStandard: .cxx17
)

/// What `make fuzz` builds: a program that is given random bytes.
func fuzz(_ name: String, _ uses: Target.Dependency...) -> Target {
  .executableTarget(
    name: "fuzz-" + name, dependencies: uses, path: "Tests/Fuzz/" + name,
    swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

if Context.environment["S4L_FUZZ"] != nil {
  package.targets += [
    fuzz("blobs", "Core", "Values", "Store", "Azure"),
    fuzz("frames", "Core", "Store", "CloudDrive"),
    fuzz("json", "Core", "Records"),
    fuzz("markup", "Core", "Markup"),
    fuzz("page", "Core", "S3"),
    fuzz("stream", "Core", "Values", "System", "Records", "Stream"),
    fuzz("toml", "Settings"),
    fuzz("wire", "Redis", "Tasks"),
  ]
}
