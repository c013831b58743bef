internal import Core
internal import Values

/// Where files are: the remotes, and what a two-way sync joins.
extension Schema {
  static let remotes = Section(
    "remote", .named,
    readBy: [Schema.locations],
    "A place for files, which every tool then takes as NAME:path.",
    aliases: [
      .init("s3", as: "s3", implying: ["type": "s3"]),
      .init("aws", as: "aws", implying: ["type": "s3"]),
      .init("sync.aws", as: "aws", implying: ["type": "s3"]),
      .init("azure", as: "azure", implying: ["type": "az", "container": "devlog-entries"]),
      .init("sync.azure", as: "azure", implying: ["type": "az", "container": "devlog-entries"]),
    ],
    [
      Setting(
        "type", .choice(["path", "s3", "az", "openlist", "clouddrive", "webdav"]),
        "What kind of store it is.", example: "s3"
      ).required
    ]
      + stores(
        ["path", "openlist", "clouddrive", "webdav"],
        [
          Setting(
            "path", .path, "The folder; of a drive, the one in which all paths begin.",
            example: "/srv/backup")
        ])
      + stores(
        ["s3", "az", "openlist", "clouddrive", "webdav"],
        [
          Setting(
            "endpoint", .url, "Where the service answers; s3 and az know their own.",
            example: "https://s3.example.org"),
          Setting(
            "insecure", .flag, default: false,
            "Accept any TLS certificate. Each use is logged as a warning."),
          Setting(
            "ca_file", .path, "Certificates to trust in place of the system's.",
            example: "/etc/s4l/ca.pem"),
          Setting(
            "max_concurrency", .integer(1...256),
            "Requests under way at once; without it, as many as suit the store.",
            example: .integer(16)),
          Setting(
            "qps", .number(0.01...100_000), "Requests a second at most.", example: .number(5)),
        ])
      + stores(
        ["openlist", "clouddrive", "webdav"],
        [
          Setting(
            "hours", .hours, "The hours of the day within which requests are made.",
            example: "22:00-06:00")
        ])
      + stores(
        ["s3"],
        [
          Setting(
            "bucket", .text, "The bucket; without it the first part of a path names it.",
            example: "photos"
          ).also("bucket_name"),
          Setting("region", .text, "The region that signatures name.", example: "us-east-1"),
          Setting(
            "provider",
            .choice([
              "aws", "rgw", "minio", "r2", "b2", "oss", "cos", "obs", "wasabi", "gcs",
              "digitalocean", "scaleway", "storj", "seaweedfs", "other",
            ]),
            "Whose differences to heed; guessed from the endpoint.", example: "minio"),
          Setting(
            "addressing", .choice(["auto", "path", "virtual"]), default: "auto",
            "Whether the bucket is part of the path or of the host name."),
          Setting("access_key", .secret, "The access key.").also("access_key_id"),
          Setting("secret_key", .secret, "The secret key.").also("secret_access_key"),
          Setting("session_token", .secret, "The token of temporary credentials."),
          Setting(
            "profile", .text, "A profile of the shared credentials files.",
            example: "backup"),
          Setting(
            "anonymous", .flag, default: false, "Sign no request: the bucket is open to all."),
          Setting("storage_class", .text, "Storage class of new objects.", example: "STANDARD_IA"),
        ])
      + stores(
        ["az"],
        [
          Setting(
            "container", .text, "The container; without it the first part of a path names it.",
            example: "devlog-entries"
          ).unless(ContainerName.objection).also("container_name"),
          Setting("connection_string", .secret, "Account, key or SAS, and endpoint in one text.")
            .unless { text in
              do throws(Failure) { _ = try ConnectionString(text) } catch { return error.reason }
              return nil
            },
          Setting("account", .text, "The storage account.", example: "devstore"),
          Setting("account_key", .secret, "The account's key.").unless { text in
            Base64.decode(Array(text.utf8)) == nil ? "it is not base64" : nil
          },
          Setting("sas_token", .secret, "A shared access signature.").unless { text in
            do throws(Failure) { _ = try ConnectionString.signature(text) } catch {
              return error.reason
            }
            return nil
          },
        ])
      + stores(
        ["openlist", "clouddrive", "webdav"],
        [
          Setting("user", .text, "Who logs in.", example: "reader"),
          Setting("password", .secret, "The password."),
          Setting("token", .secret, "A token instead of user and password."),
          Setting("otp", .secret, "The code of the second factor, which is good for one login."),
          Setting(
            "mount", .path, "Folder where the same files are mounted; read from first.",
            example: "/mnt/drive"),
        ])
      + stores(
        ["openlist", "clouddrive"],
        [
          Setting(
            "otp_secret", .secret, "The seed in base32 that codes are made of, for every login.")
        ])
      + stores(
        ["clouddrive"],
        [
          Setting(
            "grpc", .choice(["web", "h2"]), default: "web",
            "How calls travel: over HTTP/1.1, or over HTTP/2."),
          Setting(
            "public_url", .url, "The server as players reach it, where endpoint is not that.",
            example: "http://192.168.1.5:19798"),
        ]))

  /// Keys that only stores of these types have.
  private static func stores(_ types: [String], _ settings: [Setting]) -> [Setting] {
    settings.map { $0.ofStores(types, by: "type") }
  }

  static let sync = Section(
    "sync", readBy: ["s4l-push", "s4l-pull", "s4l-sync"],
    "The folder and the remote that s4l push, pull and sync take when none is named.",
    aliases: [.init("")],
    [
      Setting(
        "provider", .choice(["aws", "azure"]), "Which remote: [remote.aws] or [remote.azure].",
        example: "aws"),
      Setting("local_entries_path", .path, "The local folder.", example: "/home/user/devlog")
        .written,
    ])
}
