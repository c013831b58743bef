import Testing

@Suite struct LibraryTests {}
