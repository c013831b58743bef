import Testing

@Suite struct CloudDriveTests {}
