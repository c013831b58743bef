/// What is done to one task, or to a queue as a whole.
extension Script {
  /// Steers a task: what the keys of its queue begin with, its id, the wish - `cancel`, `retry` (to
  /// give it up for now), `run`, `archive` or `delete` - the moment in seconds and in nanoseconds,
  /// before when archived tasks are too old, and how long a lock lasts that is tied to a state.
  /// Answers with `done`, `absent`, or the state in which that cannot be.
  static let steer = Script(
    "steer",
    Script.forgetting + """
      local q, id, wish, now, since, aged, ttl = unpack(ARGV, 1, 7)
      local t = q .. 't:' .. id
      local f = redis.call('HMGET', t, 'state', 'group', 'unique_key', 's4l_open')
      local state, lock = f[1], f[3]
      if not state then return 'absent' end

      -- A task that says it is active while it is in nobody's hands is stranded.
      if state == 'active' and not redis.call('ZSCORE', q .. 'lease', id) then
        local isListed = false
        for _, other in ipairs(redis.call('LRANGE', q .. 'active', 0, -1)) do
          if other == id then isListed = true end
        end
        if not isListed then state = 'stranded' end
      end

      local function leave()
        redis.call('HDEL', t, 's4l_waits', 's4l_turn', 's4l_cancel', 'pending_since')
        if state == 'pending' then
          redis.call('LREM', q .. 'pending', 0, id)
        elseif state == 'aggregating' then
          local group = f[2] or ''
          redis.call('ZREM', q .. 'g:' .. group, id)
          if redis.call('EXISTS', q .. 'g:' .. group) == 0 then
            redis.call('SREM', q .. 'groups', group)
          end
        elseif state ~= 'stranded' then
          redis.call('ZREM', q .. state, id)
        end
      end

      local function archive()
        leave()
        redis.call('ZADD', q .. 'archived', now, id)
        redis.call('HSET', t, 'state', 'archived')
        if lock and f[4] and redis.call('GET', lock) == id then redis.call('DEL', lock) end
        trim(q, aged)
      end

      if state == 'active' then
        if wish == 'cancel' then redis.call('HSET', t, 's4l_cancel', '1') end
        if wish ~= 'cancel' and wish ~= 'retry' then return state end
        redis.call('PUBLISH', 'asynq:cancel', id)
      elseif wish == 'run' then
        if state == 'pending' or state == 'completed' then return state end
        leave()
        redis.call('LPUSH', q .. 'pending', id)
        redis.call('HSET', t, 'state', 'pending', 'pending_since', since)
        if lock and f[4] then redis.call('SET', lock, id, 'NX', 'EX', ttl) end
      elseif wish == 'delete' then
        leave()
        if lock and redis.call('GET', lock) == id then redis.call('DEL', lock) end
        redis.call('DEL', t)
      else
        if state == 'archived' or state == 'completed' then return state end
        archive()
      end
      return 'done'
      """)

  /// Removes a queue: its name, then the names of its counts by day. A thousand tasks that are kept
  /// go in one run; answers with `more`, then `done`; with `absent`, or `filled`.
  static let remove = Script(
    "remove",
    """
    local queue = ARGV[1]
    local q = 'asynq:{' .. queue .. '}:'
    if redis.call('SISMEMBER', 'asynq:queues', queue) == 0 then return 'absent' end
    for _, name in ipairs({'pending', 'active', 'scheduled', 'retry', 'archived', 'groups'}) do
      if redis.call('EXISTS', q .. name) == 1 then return 'filled' end
    end
    local ids = redis.call('ZRANGE', q .. 'completed', 0, 999)
    if #ids > 0 then
      for _, id in ipairs(ids) do
        local t = q .. 't:' .. id
        local lock = redis.call('HGET', t, 'unique_key')
        if lock and redis.call('GET', lock) == id then redis.call('DEL', lock) end
        redis.call('DEL', t)
      end
      redis.call('ZREM', q .. 'completed', unpack(ids))
      return 'more'
    end
    redis.call('DEL', q .. 'lease', q .. 'paused', q .. 'processed', q .. 'failed')
    for i = 2, #ARGV do
      redis.call('DEL', q .. 'processed:' .. ARGV[i], q .. 'failed:' .. ARGV[i])
    end
    redis.call('SREM', 'asynq:queues', queue)
    return 'done'
    """)
}
