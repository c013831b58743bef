#!/usr/bin/env python3
"""A peer that keeps queues on Redis as asynq does, for tests that share a server with it.

It has an encoding and steps of its own, so that what both sides agree on is the server's content and
nothing else. `asynq_peer.py PORT` answers questions on its input, a line of JSON each:

  {"do": "enqueue", "queue", "id", "type", "payload", "unique": seconds, "in": seconds, "retry"}
  {"do": "work", "queue", "fate": "done" | "retry" | "archive" | "hold", "reason", "retention"}
  {"do": "forward" | "recover", "queue", "now": seconds}
  {"do": "inspect", "queue", "id"}     the task's state and message, the queue's counts
  {"do": "cancel", "id"}               publishes it
  {"do": "servers"}                    who works on what
"""
import hashlib
import json
import sys
import time

import redis


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


# Number, name and kind of each member of a message.
MESSAGE = [
    (1, "type", str), (2, "payload", bytes), (3, "id", str), (4, "queue", str), (5, "retry", int),
    (6, "retried", int), (7, "error_msg", str), (8, "timeout", int), (9, "deadline", int),
    (10, "unique_key", str), (11, "last_failed_at", int), (12, "retention", int),
    (13, "completed_at", int), (14, "group_key", str),
]
# asynq 0.24 knows no headers and drops them where it rewrites a message.


def encode(message):
    out = b""
    for number, name, kind in MESSAGE:
        value = message.get(name)
        if not value:
            continue
        if kind is int:
            out += varint(number << 3) + varint(value)
        else:
            value = value.encode() if kind is str else value
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def fields(data):
    place = 0

    def number():
        nonlocal place
        value, shift = 0, 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(data):
        tag = number()
        if tag & 7 == 0:
            yield tag >> 3, number()
        elif tag & 7 == 2:
            length = number()
            yield tag >> 3, data[place : place + length]
            place += length
        else:
            raise ValueError("a wire type that asynq does not use")


def decode(data):
    kinds = {number: (name, kind) for number, name, kind in MESSAGE}
    message = {}
    for number, value in fields(data):
        if number not in kinds:
            continue
        name, kind = kinds[number]
        # Text that is not UTF-8 is an error to asynq, as it is here.
        message[name] = value.decode() if kind is str else value
    return message


class Peer:
    def __init__(self, port):
        self.redis = redis.Redis(port=port, protocol=2)
        self.held = {}

    def key(self, queue, *rest):
        return ":".join(["asynq:{%s}" % queue, *rest])

    def message(self, queue, task):
        return decode(self.redis.hget(self.key(queue, "t", task), "msg"))

    def enqueue(self, ask):
        queue, task, now = ask["queue"], ask["id"], time.time()
        payload = ask.get("payload", "").encode()
        message = {
            "type": ask.get("type", "t"), "payload": payload, "id": task, "queue": queue,
            "retry": ask.get("retry", 25), "timeout": 1800, "retention": ask.get("retention", 0),
        }
        self.redis.sadd("asynq:queues", queue)
        key = self.key(queue, "t", task)
        more = {}
        if ask.get("unique"):
            lock = self.key(queue, "unique", message["type"], hashlib.md5(payload).hexdigest())
            if not self.redis.set(lock, task, nx=True, ex=ask["unique"]):
                return {"answer": "duplicate"}
            message["unique_key"] = more["unique_key"] = lock
        if self.redis.exists(key):
            return {"answer": "conflict"}
        pipe = self.redis.pipeline()
        if ask.get("in"):
            pipe.hset(key, mapping={"msg": encode(message), "state": "scheduled", **more})
            pipe.zadd(self.key(queue, "scheduled"), {task: int(now + ask["in"])})
        else:
            more["pending_since"] = int(now * 1e9)
            pipe.hset(key, mapping={"msg": encode(message), "state": "pending", **more})
            pipe.lpush(self.key(queue, "pending"), task)
        pipe.execute()
        return {"answer": "queued"}

    def dequeue(self, queue):
        if self.redis.exists(self.key(queue, "paused")):
            return None
        task = self.redis.rpoplpush(self.key(queue, "pending"), self.key(queue, "active"))
        if task is None:
            return None
        task = task.decode()
        self.redis.hset(self.key(queue, "t", task), "state", "active")
        self.redis.hdel(self.key(queue, "t", task), "pending_since")
        self.redis.zadd(self.key(queue, "lease"), {task: int(time.time()) + 30})
        return self.message(queue, task)

    def leave(self, queue, task):
        if not self.redis.lrem(self.key(queue, "active"), 0, task):
            return False
        return bool(self.redis.zrem(self.key(queue, "lease"), task))

    def count(self, queue, failed):
        day = time.strftime("%Y-%m-%d", time.gmtime())
        for name in ["processed", "failed"] if failed else ["processed"]:
            if self.redis.incr(self.key(queue, name, day)) == 1:
                self.redis.expire(self.key(queue, name, day), 90 * 86400)
            self.redis.incr(self.key(queue, name))

    def work(self, ask):
        queue, fate = ask["queue"], ask.get("fate", "done")
        message = self.dequeue(queue)
        if message is None:
            return {"answer": "empty"}
        if fate != "hold":
            self.settle(queue, message, fate, ask.get("reason", ""), int(time.time()))
        return {"answer": "worked", "message": shown(message)}

    def settle(self, queue, message, fate, reason, now):
        task = message["id"]
        key = self.key(queue, "t", task)
        if not self.leave(queue, task):
            return False
        if fate == "done":
            if message.get("retention"):
                message["completed_at"] = now
                self.redis.zadd(self.key(queue, "completed"), {task: now + message["retention"]})
                self.redis.hset(key, mapping={"msg": encode(message), "state": "completed"})
            else:
                self.redis.delete(key)
            lock = message.get("unique_key")
            if lock and self.redis.get(lock) == task.encode():
                self.redis.delete(lock)
            self.count(queue, False)
            return True
        message["error_msg"], message["last_failed_at"] = reason, now
        if fate == "retry":
            message["retried"] = message.get("retried", 0) + 1
            self.redis.zadd(self.key(queue, "retry"), {task: now + 15})
            self.redis.hset(key, mapping={"msg": encode(message), "state": "retry"})
        else:
            self.redis.zadd(self.key(queue, "archived"), {task: now})
            self.redis.hset(key, mapping={"msg": encode(message), "state": "archived"})
        self.count(queue, True)
        return True

    def forward(self, ask):
        queue, count = ask["queue"], 0
        for source in ["scheduled", "retry"]:
            for task in self.redis.zrangebyscore(self.key(queue, source), "-inf", ask["now"]):
                self.redis.lpush(self.key(queue, "pending"), task)
                self.redis.zrem(self.key(queue, source), task)
                self.redis.hset(
                    self.key(queue, "t", task.decode()),
                    mapping={"state": "pending", "pending_since": int(time.time() * 1e9)})
                count += 1
        return {"answer": count}

    def recover(self, ask):
        queue, count = ask["queue"], 0
        late = self.redis.zrangebyscore(self.key(queue, "lease"), "-inf", ask["now"] - 30)
        # One message that cannot be read stops all: it is decoded before anything is done.
        for message in [self.message(queue, task.decode()) for task in late]:
            fate = "retry" if message.get("retried", 0) < message.get("retry", 0) else "archive"
            count += self.settle(queue, message, fate, "asynq: task lease expired", ask["now"])
        return {"answer": count}

    def inspect(self, ask):
        queue, task = ask["queue"], ask["id"]
        if not self.redis.sismember("asynq:queues", queue):
            return {"answer": "no queue"}
        counts = {}
        for name in ["pending", "active"]:
            counts[name] = self.redis.llen(self.key(queue, name))
        for name in ["scheduled", "retry", "archived", "completed", "lease"]:
            counts[name] = self.redis.zcard(self.key(queue, name))
            # A fraction in a score fails a whole listing of asynq 0.24.
            for _, score in self.redis.zrange(self.key(queue, name), 0, -1, withscores=True):
                assert score == int(score)
        state = self.redis.hget(self.key(queue, "t", task), "state")
        if state is None:
            return {"answer": "absent", "counts": counts}
        result = self.redis.hget(self.key(queue, "t", task), "result")
        return {
            "answer": state.decode(), "counts": counts, "message": shown(self.message(queue, task)),
            "result": result.decode() if result else None,
        }

    def cancel(self, ask):
        return {"answer": self.redis.publish("asynq:cancel", ask["id"])}

    def servers(self, ask):
        found = []
        for key in self.redis.zrangebyscore("asynq:servers", int(time.time()), "+inf"):
            info = dict(fields(self.redis.get(key)))
            hands = self.redis.hgetall(b"asynq:workers:" + key[len(b"asynq:servers:") :])
            tasks = [dict(fields(value))[4].decode() for value in hands.values()]
            found.append({"host": info[1].decode(), "status": info[7].decode(), "tasks": tasks})
        return {"answer": found}


def shown(message):
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in message.items()}


def main():
    peer = Peer(int(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer = getattr(peer, ask["do"])(ask)
        except Exception as problem:
            answer = {"error": repr(problem)}
        print(json.dumps(answer), flush=True)


main()
