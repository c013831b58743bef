import Testing

@Suite struct OpenListTests {}
