import Tasks

/// What a Redis server held after asynq's own clients and workers, of versions 0.24 and 0.26, had
/// used it.
enum Captured {
  /// A message in hexadecimal digits, and the task that it tells of.
  struct Message: Sendable, CustomStringConvertible {
    let label: String
    let hex: String
    let task: Task
    var description: String { label }

    init(
      _ label: String, _ hex: String, id: String, queue: String, type: String,
      payload: [UInt8]? = nil,
      _ more: (inout Task) -> Void = { _ in }
    ) {
      var task = Task(id: id, queue: queue, type: type, payload: payload)
      more(&task)
      self.label = label
      self.hex = hex
      self.task = task
    }
  }

  static let messages: [Message] = [
    Message(
      "V1",
      "0a0973796e633a66696c6512167b2270617468223a222f6120622fc3bc2e747874227d1a243131313131"
        + "3131312d323232322d333333332d343434342d353535353535353535353535220373346c281940880e",
      id: "11111111-2222-3333-4444-555555555555", queue: "s4l", type: "sync:file",
      payload: Array(#"{"path":"/a b/ü.txt"}"#.utf8)
    ) {
      $0.timeout = 1_800
    },
    Message(
      "A1",
      "0a0973796e633a66696c65120568656c6c6f1a024131220373346c2803405a4880a8d6b907523d617379"
        + "6e713a7b73346c7d3a756e697175653a73796e633a66696c653a35643431343032616263346232613736"
        + "6239373139643931313031376335393260d8047a080a026b31120276317a080a026b3212027632",
      id: "A1", queue: "s4l", type: "sync:file", payload: Array(#"hello"#.utf8)
    ) {
      $0.retries = 3
      $0.timeout = 90
      $0.deadline = 2_000_000_000
      $0.uniqueKey = "asynq:{s4l}:unique:sync:file:5d41402abc4b2a76b9719d911017c592"
      $0.retention = 600
      $0.headers = ["k1": "v1", "k2": "v2"]
    },
    Message(
      "B1",
      "0a0973796e633a66696c6512056c617465721a024231220373346c281940880e",
      id: "B1", queue: "s4l", type: "sync:file", payload: Array(#"later"#.utf8)
    ) {
      $0.timeout = 1_800
    },
    Message(
      "B2",
      "0a0973796e633a66696c6512066c61746572551a024232220373346c281940880e523d6173796e713a7b"
        + "73346c7d3a756e697175653a73796e633a66696c653a3436366562333261646332313761646364316435"
        + "306134396637336533663837",
      id: "B2", queue: "s4l", type: "sync:file", payload: Array(#"laterU"#.utf8)
    ) {
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{s4l}:unique:sync:file:466eb32adc217adcd1d50a49f73e3f87"
    },
    Message(
      "C1",
      "0a0973796e633a66696c65120267311a024331220373346c281940880e7203677270",
      id: "C1", queue: "s4l", type: "sync:file", payload: Array(#"g1"#.utf8)
    ) {
      $0.timeout = 1_800
      $0.group = "grp"
    },
    Message(
      "C2",
      "0a0973796e633a66696c65120267321a024332220373346c281940880e7203677270",
      id: "C2", queue: "s4l", type: "sync:file", payload: Array(#"g2"#.utf8)
    ) {
      $0.timeout = 1_800
      $0.group = "grp"
    },
    Message(
      "D1",
      "0a01741a024431220764656661756c7440880e52196173796e713a7b64656661756c747d3a756e697175"
        + "653a743a",
      id: "D1", queue: "default", type: "t"
    ) {
      $0.retries = 0
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{default}:unique:t:"
    },
    Message(
      "D2",
      "0a01741a024432220764656661756c74281940880e52396173796e713a7b64656661756c747d3a756e69"
        + "7175653a743a6434316438636439386630306232303465393830303939386563663834323765",
      id: "D2", queue: "default", type: "t"
    ) {
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{default}:unique:t:d41d8cd98f00b204e9800998ecf8427e"
    },
    Message(
      "D3",
      "0a01741201781a024433220764656661756c7428194880a8d6b907",
      id: "D3", queue: "default", type: "t", payload: Array(#"x"#.utf8)
    ) {
      $0.deadline = 2_000_000_000
    },
    Message(
      "D4",
      "0a01741201781a024434220764656661756c742819",
      id: "D4", queue: "default", type: "t", payload: Array(#"x"#.utf8)
    ),
    Message(
      "E1",
      "0a0973796e633a66696c651204776f726b1a024531220373346c281940880e523d6173796e713a7b7334"
        + "6c7d3a756e697175653a73796e633a66696c653a36376539326338373635613962633766623264333335"
        + "6334353964653965623560d804",
      id: "E1", queue: "s4l", type: "sync:file", payload: Array(#"work"#.utf8)
    ) {
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{s4l}:unique:sync:file:67e92c8765a9bc7fb2d335c459de9eb5"
      $0.retention = 600
    },
    Message(
      "E1 completed",
      "0a0973796e633a66696c651204776f726b1a024531220373346c281940880e523d6173796e713a7b7334"
        + "6c7d3a756e697175653a73796e633a66696c653a36376539326338373635613962633766623264333335"
        + "6334353964653965623560d80468a99685d806",
      id: "E1", queue: "s4l", type: "sync:file", payload: Array(#"work"#.utf8)
    ) {
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{s4l}:unique:sync:file:67e92c8765a9bc7fb2d335c459de9eb5"
      $0.retention = 600
      $0.completed = 1_795_246_889
    },
    Message(
      "F1 failed",
      "0a0973796e633a66696c6512036261641a024631220373346c280130013a04626f6f6d40880e523d6173"
        + "796e713a7b73346c7d3a756e697175653a73796e633a66696c653a626165363039393866666534393233"
        + "623133316533643665346331393939336558a99685d806",
      id: "F1", queue: "s4l", type: "sync:file", payload: Array(#"bad"#.utf8)
    ) {
      $0.retries = 1
      $0.retried = 1
      $0.reason = "boom"
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{s4l}:unique:sync:file:bae60998ffe4923b131e3d6e4c19993e"
      $0.lastFailed = 1_795_246_889
    },
    Message(
      "F1 archived",
      "0a0973796e633a66696c6512036261641a024631220373346c280130013a05626f6f6d3240880e523d61"
        + "73796e713a7b73346c7d3a756e697175653a73796e633a66696c653a6261653630393938666665343932"
        + "33623133316533643665346331393939336558aa9685d806",
      id: "F1", queue: "s4l", type: "sync:file", payload: Array(#"bad"#.utf8)
    ) {
      $0.retries = 1
      $0.retried = 1
      $0.reason = "boom2"
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{s4l}:unique:sync:file:bae60998ffe4923b131e3d6e4c19993e"
      $0.lastFailed = 1_795_246_890
    },
    Message(
      "G1",
      "0a01741201701a024731220373346c281940880e",
      id: "G1", queue: "s4l", type: "t", payload: Array(#"p"#.utf8)
    ) {
      $0.timeout = 1_800
    },
    Message(
      "H1",
      "0a01741201701a024831220373346c281940880e",
      id: "H1", queue: "s4l", type: "t", payload: Array(#"p"#.utf8)
    ) {
      $0.timeout = 1_800
    },
    Message(
      "I1",
      "0a01741201701a024931220373346c281940880e",
      id: "I1", queue: "s4l", type: "t", payload: Array(#"p"#.utf8)
    ) {
      $0.timeout = 1_800
    },
    Message(
      "I1 recovered",
      "0a01741201701a024931220373346c281930013a196173796e713a207461736b206c6561736520657870"
        + "6972656440880e58ee9685d806",
      id: "I1", queue: "s4l", type: "t", payload: Array(#"p"#.utf8)
    ) {
      $0.retried = 1
      $0.reason = "asynq: task lease expired"
      $0.timeout = 1_800
      $0.lastFailed = 1_795_246_958
    },
    Message(
      "J1 cancelled",
      "0a01741201701a024a31220373346c281930013a10636f6e746578742063616e63656c656440880e58f4"
        + "9685d806",
      id: "J1", queue: "s4l", type: "t", payload: Array(#"p"#.utf8)
    ) {
      $0.retried = 1
      $0.reason = "context canceled"
      $0.timeout = 1_800
      $0.lastFailed = 1_795_246_964
    },
    Message(
      "K1 archived",
      "0a01741201701a024b31220373346c28193a2768616e646c6572206661696c65643a20736b6970207265"
        + "74727920666f7220746865207461736b40880e52356173796e713a7b73346c7d3a756e697175653a743a"
        + "383338373863393131373133333839303265306665306662393761386334376158f49685d80660901c",
      id: "K1", queue: "s4l", type: "t", payload: Array(#"p"#.utf8)
    ) {
      $0.reason = "handler failed: skip retry for the task"
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{s4l}:unique:t:83878c91171338902e0fe0fb97a8c47a"
      $0.lastFailed = 1_795_246_964
      $0.retention = 3_600
    },
    Message(
      "K1 delayed",
      "0a01741201701a024b31220373346c28193a0b6e6f6e2d6661696c75726540880e52356173796e713a7b"
        + "73346c7d3a756e697175653a743a38333837386339313137313333383930326530666530666239376138"
        + "6334376158f49685d80660901c",
      id: "K1", queue: "s4l", type: "t", payload: Array(#"p"#.utf8)
    ) {
      $0.reason = "non-failure"
      $0.timeout = 1_800
      $0.uniqueKey = "asynq:{s4l}:unique:t:83878c91171338902e0fe0fb97a8c47a"
      $0.lastFailed = 1_795_246_964
      $0.retention = 3_600
    },
  ]
}
