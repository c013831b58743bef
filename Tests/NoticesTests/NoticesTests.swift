import Testing

@Suite struct NoticesTests {}
