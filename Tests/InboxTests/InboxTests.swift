import Testing

@Suite struct InboxTests {}
