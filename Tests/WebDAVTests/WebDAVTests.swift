import Testing

@Suite struct WebDAVTests {}
