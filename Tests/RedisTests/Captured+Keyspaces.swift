/// Whole keyspaces, by the numbers under which they were taken down.
extension Captured {
  static let v1: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:pending": .list(["11111111-2222-3333-4444-555555555555"]),
    "asynq:{s4l}:t:11111111-2222-3333-4444-555555555555": .fields([
      "msg": message("V1"),
      "pending_since": "1795246823507219059",
      "state": "pending",
    ]),
  ]

  static let v2: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:pending": .list(["A1"]),
    "asynq:{s4l}:t:A1": .fields([
      "msg": message("A1"),
      "pending_since": "1795246849535738234",
      "state": "pending",
      "unique_key": "asynq:{s4l}:unique:sync:file:5d41402abc4b2a76b9719d911017c592",
    ]),
    "asynq:{s4l}:unique:sync:file:5d41402abc4b2a76b9719d911017c592": .text("A1"),
  ]

  static let v3: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:scheduled": .scores(["B1": 1_795_250_449, "B2": 1_795_250_449]),
    "asynq:{s4l}:t:B1": .fields([
      "msg": message("B1"),
      "state": "scheduled",
    ]),
    "asynq:{s4l}:t:B2": .fields([
      "msg": message("B2"),
      "state": "scheduled",
      "unique_key": "asynq:{s4l}:unique:sync:file:466eb32adc217adcd1d50a49f73e3f87",
    ]),
    "asynq:{s4l}:unique:sync:file:466eb32adc217adcd1d50a49f73e3f87": .text("B2"),
  ]

  static let v4: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:g:grp": .scores(["C1": 1_795_246_849]),
    "asynq:{s4l}:groups": .set(["grp"]),
    "asynq:{s4l}:scheduled": .scores(["C2": 1_795_250_449]),
    "asynq:{s4l}:t:C1": .fields([
      "group": "grp",
      "msg": message("C1"),
      "state": "aggregating",
    ]),
    "asynq:{s4l}:t:C2": .fields([
      "msg": message("C2"),
      "state": "scheduled",
    ]),
  ]

  static let v5: Keyspace = [
    "asynq:queues": .set(["default"]),
    "asynq:{default}:pending": .list(["D4", "D3", "D2", "D1"]),
    "asynq:{default}:t:D1": .fields([
      "msg": message("D1"),
      "pending_since": "1795246849980745366",
      "state": "pending",
      "unique_key": "asynq:{default}:unique:t:",
    ]),
    "asynq:{default}:t:D2": .fields([
      "msg": message("D2"),
      "pending_since": "1795246849984823328",
      "state": "pending",
      "unique_key": "asynq:{default}:unique:t:d41d8cd98f00b204e9800998ecf8427e",
    ]),
    "asynq:{default}:t:D3": .fields([
      "msg": message("D3"),
      "pending_since": "1795246849989240716",
      "state": "pending",
    ]),
    "asynq:{default}:t:D4": .fields([
      "msg": message("D4"),
      "pending_since": "1795246849992976699",
      "state": "pending",
    ]),
    "asynq:{default}:unique:t:": .text("D1"),
    "asynq:{default}:unique:t:d41d8cd98f00b204e9800998ecf8427e": .text("D2"),
  ]

  static let v6: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:servers": .scores([
      "asynq:servers:{vm:5660:7d38e46c-ef5a-482f-b518-7bd1084ad766}": 1_795_246_892
    ]),
    "asynq:servers:{vm:5660:7d38e46c-ef5a-482f-b518-7bd1084ad766}":
      .hex(
        "0a02766d109c2c1a2437643338653436632d656635612d343832662d623531382d376264313038346164"
          + "37363620042a070a0373346c10022a070a036c6f7710013a06616374697665420c089d9685d80610fc9d"
          + "c6de024801"),
    "asynq:workers": .scores([
      "asynq:workers:{vm:5660:7d38e46c-ef5a-482f-b518-7bd1084ad766}": 1_795_246_892
    ]),
    "asynq:workers:{vm:5660:7d38e46c-ef5a-482f-b518-7bd1084ad766}": .fields([
      "E1": "hex:"
        + "0a02766d109c2c1a2437643338653436632d656635612d343832662d623531382d37626431303834"
        + "6164373636220245312a0973796e633a66696c653204776f726b3a0373346c420c089d9685d80610"
        + "bb93b1df024a0c08a5a485d806108792b1df02"
    ]),
    "asynq:{s4l}:active": .list(["E1"]),
    "asynq:{s4l}:lease": .scores(["E1": 1_795_246_912]),
    "asynq:{s4l}:t:E1": .fields([
      "msg": message("E1"),
      "state": "active",
      "unique_key": "asynq:{s4l}:unique:sync:file:67e92c8765a9bc7fb2d335c459de9eb5",
    ]),
    "asynq:{s4l}:unique:sync:file:67e92c8765a9bc7fb2d335c459de9eb5": .text("E1"),
  ]

  static let v7: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:completed": .scores(["E1": 1_795_247_489]),
    "asynq:{s4l}:processed": .text("1"),
    "asynq:{s4l}:processed:2026-11-21": .text("1"),
    "asynq:{s4l}:t:E1": .fields([
      "msg": message("E1 completed"),
      "result": "RESULT",
      "state": "completed",
      "unique_key": "asynq:{s4l}:unique:sync:file:67e92c8765a9bc7fb2d335c459de9eb5",
    ]),
  ]

  static let v8: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:failed": .text("1"),
    "asynq:{s4l}:failed:2026-11-21": .text("1"),
    "asynq:{s4l}:processed": .text("1"),
    "asynq:{s4l}:processed:2026-11-21": .text("1"),
    "asynq:{s4l}:retry": .scores(["F1": 1_795_246_949]),
    "asynq:{s4l}:t:F1": .fields([
      "msg": message("F1 failed"),
      "state": "retry",
      "unique_key": "asynq:{s4l}:unique:sync:file:bae60998ffe4923b131e3d6e4c19993e",
    ]),
    "asynq:{s4l}:unique:sync:file:bae60998ffe4923b131e3d6e4c19993e": .text("F1"),
  ]

  static let v9: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:archived": .scores(["F1": 1_795_246_890]),
    "asynq:{s4l}:failed": .text("2"),
    "asynq:{s4l}:failed:2026-11-21": .text("2"),
    "asynq:{s4l}:processed": .text("2"),
    "asynq:{s4l}:processed:2026-11-21": .text("2"),
    "asynq:{s4l}:t:F1": .fields([
      "msg": message("F1 archived"),
      "state": "archived",
      "unique_key": "asynq:{s4l}:unique:sync:file:bae60998ffe4923b131e3d6e4c19993e",
    ]),
    "asynq:{s4l}:unique:sync:file:bae60998ffe4923b131e3d6e4c19993e": .text("F1"),
  ]

  static let v10: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:paused": .text("1795246890"),
    "asynq:{s4l}:pending": .list(["G1"]),
    "asynq:{s4l}:t:G1": .fields([
      "msg": message("G1"),
      "pending_since": "1795246890368704098",
      "state": "pending",
    ]),
  ]

  static let v11: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:pending": .list(["H1"]),
    "asynq:{s4l}:t:H1": .fields([
      "msg": message("H1"),
      "state": "pending",
    ]),
  ]

  static let v12: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:servers": .scores([
      "asynq:servers:{vm:8630:7b7cccfb-f22c-46b0-aa08-156bebd85e52}": 1_795_246_907
    ]),
    "asynq:servers:{vm:8630:7b7cccfb-f22c-46b0-aa08-156bebd85e52}":
      .hex(
        "0a02766d10b6431a2437623763636366622d663232632d343662302d616130382d313536626562643835"
          + "65353220012a070a0373346c10013a06616374697665420c08b19685d80610f7c8bcab02"),
    "asynq:workers": .scores([
      "asynq:workers:{vm:8630:7b7cccfb-f22c-46b0-aa08-156bebd85e52}": 1_795_246_907
    ]),
    "asynq:{s4l}:active": .list(["I1"]),
    "asynq:{s4l}:lease": .scores(["I1": 1_795_246_927]),
    "asynq:{s4l}:t:I1": .fields([
      "msg": message("I1"),
      "state": "active",
    ]),
  ]

  static let v13: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:servers": .scores([
      "asynq:servers:{vm:8630:7b7cccfb-f22c-46b0-aa08-156bebd85e52}": 1_795_246_907
    ]),
    "asynq:workers": .scores([
      "asynq:workers:{vm:8630:7b7cccfb-f22c-46b0-aa08-156bebd85e52}": 1_795_246_907
    ]),
    "asynq:{s4l}:failed": .text("1"),
    "asynq:{s4l}:failed:2026-11-21": .text("1"),
    "asynq:{s4l}:processed": .text("1"),
    "asynq:{s4l}:processed:2026-11-21": .text("1"),
    "asynq:{s4l}:retry": .scores(["I1": 1_795_247_002]),
    "asynq:{s4l}:t:I1": .fields([
      "msg": message("I1 recovered"),
      "state": "retry",
    ]),
  ]

  static let v14: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:failed": .text("1"),
    "asynq:{s4l}:failed:2026-11-21": .text("1"),
    "asynq:{s4l}:processed": .text("1"),
    "asynq:{s4l}:processed:2026-11-21": .text("1"),
    "asynq:{s4l}:retry": .scores(["J1": 1_795_246_986]),
    "asynq:{s4l}:t:J1": .fields([
      "msg": message("J1 cancelled"),
      "state": "retry",
    ]),
  ]

  static let v15: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:archived": .scores(["K1": 1_795_246_964]),
    "asynq:{s4l}:failed": .text("1"),
    "asynq:{s4l}:failed:2026-11-21": .text("1"),
    "asynq:{s4l}:processed": .text("1"),
    "asynq:{s4l}:processed:2026-11-21": .text("1"),
    "asynq:{s4l}:t:K1": .fields([
      "msg": message("K1 archived"),
      "state": "archived",
      "unique_key": "asynq:{s4l}:unique:t:83878c91171338902e0fe0fb97a8c47a",
    ]),
    "asynq:{s4l}:unique:t:83878c91171338902e0fe0fb97a8c47a": .text("K1"),
  ]

  static let v16: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:processed": .text("1"),
    "asynq:{s4l}:processed:2026-11-21": .text("1"),
  ]

  static let v17: Keyspace = [
    "asynq:queues": .set(["s4l"]),
    "asynq:{s4l}:retry": .scores(["K1": 1_795_247_004]),
    "asynq:{s4l}:t:K1": .fields([
      "msg": message("K1 delayed"),
      "state": "retry",
      "unique_key": "asynq:{s4l}:unique:t:83878c91171338902e0fe0fb97a8c47a",
    ]),
    "asynq:{s4l}:unique:t:83878c91171338902e0fe0fb97a8c47a": .text("K1"),
  ]
}
