import Testing

@Suite struct DrivesTests {}
