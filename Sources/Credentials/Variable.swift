package import Core

/// The variables of the AWS tools that are heeded: the one table of them.
package enum Variable: String, CaseIterable, Sendable {
  case accessKey = "AWS_ACCESS_KEY_ID"
  case secretKey = "AWS_SECRET_ACCESS_KEY"
  case sessionToken = "AWS_SESSION_TOKEN"
  case profile = "AWS_PROFILE"
  case defaultProfile = "AWS_DEFAULT_PROFILE"
  case configFile = "AWS_CONFIG_FILE"
  case credentialsFile = "AWS_SHARED_CREDENTIALS_FILE"
  case webIdentityTokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE"
  case roleARN = "AWS_ROLE_ARN"
  case roleSessionName = "AWS_ROLE_SESSION_NAME"
  case containerRelative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
  case containerFull = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
  case containerToken = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
  case containerTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
  case metadataDisabled = "AWS_EC2_METADATA_DISABLED"
  case metadataEndpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
  case metadataMode = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"
  case metadataTimeout = "AWS_METADATA_SERVICE_TIMEOUT"
  case metadataAttempts = "AWS_METADATA_SERVICE_NUM_ATTEMPTS"
  case region = "AWS_REGION"
  case defaultRegion = "AWS_DEFAULT_REGION"
  case storeEndpoint = "AWS_ENDPOINT_URL_S3"
  case tokenEndpoint = "AWS_ENDPOINT_URL_STS"
  case endpoint = "AWS_ENDPOINT_URL"
  case ignoresEndpoints = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
  case dualstack = "AWS_USE_DUALSTACK_ENDPOINT"
  case fips = "AWS_USE_FIPS_ENDPOINT"
  case authorities = "AWS_CA_BUNDLE"
  case requestChecksums = "AWS_REQUEST_CHECKSUM_CALCULATION"
  case responseChecksums = "AWS_RESPONSE_CHECKSUM_VALIDATION"
  case attempts = "AWS_MAX_ATTEMPTS"

  /// One sentence for the manuals.
  package var meaning: String {
    switch self {
    case .accessKey: "The access key."
    case .secretKey: "The secret key that belongs to it."
    case .sessionToken: "The token of keys that are lent for a while."
    case .profile: "The profile of the shared files that is used."
    case .defaultProfile: "The profile, where AWS_PROFILE is not set."
    case .configFile: "The file of profiles, in place of ~/.aws/config."
    case .credentialsFile: "The file of keys, in place of ~/.aws/credentials."
    case .webIdentityTokenFile: "A file with a token that is exchanged for keys of AWS_ROLE_ARN."
    case .roleARN: "The role whose keys are asked for."
    case .roleSessionName: "What the use of that role is called in its logs."
    case .containerRelative: "The path at http://169.254.170.2 that gives a container its keys."
    case .containerFull: "The whole address that gives a container its keys."
    case .containerToken: "The Authorization header for that address."
    case .containerTokenFile: "A file with that header, which is read for each request."
    case .metadataDisabled: "With true, the instance's metadata are not asked for keys."
    case .metadataEndpoint: "Where the instance's metadata are, in place of their usual address."
    case .metadataMode: "With IPv6, the metadata are asked at http://[fd00:ec2::254]."
    case .metadataTimeout: "How many seconds a question to the metadata may take: 1."
    case .metadataAttempts: "How often the metadata are asked before giving up: 1."
    case .region: "The region."
    case .defaultRegion: "The region, where AWS_REGION is not set."
    case .storeEndpoint: "Where S3 answers."
    case .tokenEndpoint: "Where the service answers that lends keys."
    case .endpoint: "Where every service answers that has no variable of its own."
    case .ignoresEndpoints: "With true, no endpoint is taken from variables and profiles."
    case .dualstack: "With true, endpoints that answer over IPv6 too."
    case .fips: "With true, endpoints that keep to FIPS 140."
    case .authorities: "A file of certificates to trust in place of the system's."
    case .requestChecksums: "when_supported or when_required: when uploads carry checksums."
    case .responseChecksums: "The same for downloads; what can be checked is checked anyway."
    case .attempts: "How often a request is tried in all."
    }
  }
}

extension Environment {
  package subscript(variable: Variable) -> String? { self[variable.rawValue] }

  /// Whether a variable says true; nil if it is not set.
  func flag(_ variable: Variable) throws(Failure) -> Bool? {
    guard let text = self[variable] else { return nil }
    return try Surroundings.flag(text, at: variable.rawValue)
  }
}
