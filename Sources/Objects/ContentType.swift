package import Values

/// What kind of content a name promises.
package enum ContentType {
  static let unknown = "application/octet-stream"

  /// The type by the last part of the name behind a dot.
  package static func of(_ path: Path) -> String {
    let name = path.bytes
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), name.count - dot <= 8,
      !name[dot...].contains(Path.slash)
    else { return unknown }
    let ending = String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
    return types[ending] ?? unknown
  }

  private static let rows: [(String, String)] = [
    ("application/gzip", "gz tgz"), ("application/javascript", "js mjs"),
    ("application/json", "json map"), ("application/msword", "doc"),
    ("application/pdf", "pdf"), ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/wasm", "wasm"), ("application/x-7z-compressed", "7z"),
    ("application/x-bzip2", "bz2"), ("application/x-ndjson", "ndjson jsonl"),
    ("application/x-subrip", "srt"), ("application/x-tar", "tar"), ("application/x-xz", "xz"),
    ("application/xml", "xml nfo"), ("application/zip", "zip"), ("application/zstd", "zst"),
    ("audio/aac", "aac"), ("audio/flac", "flac"), ("audio/mp4", "m4a"), ("audio/mpeg", "mp3"),
    ("audio/ogg", "oga ogg opus"), ("audio/wav", "wav"), ("font/ttf", "ttf"),
    ("font/woff", "woff"), ("font/woff2", "woff2"), ("image/avif", "avif"),
    ("image/bmp", "bmp"), ("image/gif", "gif"), ("image/heic", "heic heif"),
    ("image/jpeg", "jpg jpeg"), ("image/png", "png"), ("image/svg+xml", "svg"),
    ("image/tiff", "tif tiff"), ("image/vnd.microsoft.icon", "ico"), ("image/webp", "webp"),
    ("text/css", "css"), ("text/csv", "csv"), ("text/html", "html htm"),
    ("text/markdown", "md"), ("text/plain", "txt log conf ini"), ("text/vtt", "vtt"),
    ("text/yaml", "yaml yml"), ("video/mp2t", "ts"), ("video/mp4", "mp4 m4v"),
    ("video/mpeg", "mpg mpeg"), ("video/quicktime", "mov"), ("video/webm", "webm"),
    ("video/x-matroska", "mkv"), ("video/x-msvideo", "avi"),
  ]

  private static let types: [String: String] = {
    var types: [String: String] = [:]
    for (type, endings) in rows {
      for ending in endings.split(separator: " ") { types[String(ending)] = type }
    }
    return types
  }()
}
