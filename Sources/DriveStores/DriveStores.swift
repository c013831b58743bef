package import Core
package import Store
package import Stores
internal import Values

extension Stores {
  /// Stores of all kinds, drives among them.
  package static func withDrives(
    _ environment: Environment, _ log: Log, _ wishes: Wishes = Wishes()
  ) -> Stores {
    Stores(environment, log, wishes) { (stores, location, kind, rest, remote) throws(Failure) in
      switch (kind, remote) {
      case ("az", let remote): try stores.azure(location, rest, remote ?? Remote())
      case ("webdav", let remote?): try stores.webDAV(location, rest, remote)
      case ("openlist", let remote?): try stores.openList(location, rest, remote)
      case ("clouddrive", let remote?): try stores.cloudDrive(location, rest, remote)
      case ("dav", nil), ("davs", nil): try stores.webDAV(location, kind, rest)
      case ("openlist", nil), ("openlists", nil): try stores.openList(location, kind, rest)
      case ("clouddrive", nil), ("clouddrives", nil): try stores.cloudDrive(location, kind, rest)
      default: nil
      }
    }
  }

  /// The variables that are heeded, beside those of a tool: of all kinds of stores.
  package static var allVariables: [(name: String, help: String)] {
    variables + [
      (
        "AZURE_STORAGE_CONNECTION_STRING",
        "Account, key or signature, and endpoint for az://, in one text."
      ),
      ("AZURE_STORAGE_ACCOUNT", "The account, where there is no such text."),
      ("AZURE_STORAGE_KEY", "The key of that account."),
      ("AZURE_STORAGE_SAS_TOKEN", "A shared access signature in place of the key."),
      ("AZURE_MAX_ATTEMPTS", "How often a request to Azure is sent in all: 8."),
      ("WEBDAV_USER", "Who logs in to a WebDAV server, unless the remote says it."),
      ("WEBDAV_PASSWORD", "The password that belongs to it."),
      ("WEBDAV_TOKEN", "A token that is sent in place of user and password."),
      ("WEBDAV_MAX_ATTEMPTS", "How often a request to a WebDAV server is sent in all: 5."),
      ("CLOUDDRIVE_TOKEN", "The token for clouddrive:// and clouddrives://."),
      ("CLOUDDRIVE_USER, CLOUDDRIVE_PASSWORD", "Who logs in there instead."),
      ("OPENLIST_TOKEN", "The token for openlist:// and openlists://."),
      (
        "OPENLIST_USER, OPENLIST_PASSWORD", "Who logs in there instead; without either, a guest."
      ),
    ]
  }
}
