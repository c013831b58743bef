/// What keeps queues in order.
extension Script {
  /// Functions for scripts that remove what was archived.
  static let forgetting = """
    -- Removes a task; a lock that was to last as long as it waits goes with it.
    local function forget(q, id)
      local t = q .. 't:' .. id
      local f = redis.call('HMGET', t, 'unique_key', 's4l_open')
      if f[1] and f[2] and redis.call('GET', f[1]) == id then redis.call('DEL', f[1]) end
      redis.call('DEL', t)
    end

    -- Removes up to a hundred archived tasks that are too old or beyond the newest 9,999; tells
    -- whether there may be more.
    local function trim(q, aged)
      local key = q .. 'archived'
      local ids = redis.call('ZRANGEBYSCORE', key, '-inf', aged, 'LIMIT', 0, 100)
      if #ids == 0 then
        local extra = redis.call('ZCARD', key) - 9999
        if extra > 0 then ids = redis.call('ZRANGE', key, 0, math.min(extra, 100) - 1) end
      end
      if #ids == 0 then return false end
      for _, id in ipairs(ids) do forget(q, id) end
      redis.call('ZREM', key, unpack(ids))
      return true
    end


    """

  /// Makes ready what is due: the moment in seconds and in nanoseconds, then what the keys of each
  /// queue begin with. Answers with the score of the next that waits. A thousand tasks are the most
  /// in one run; the next is due already then.
  static let advance = Script(
    "advance",
    """
    local now, since = ARGV[1], ARGV[2]
    local left, nearest = 1000, nil

    local function page(q, source)
      local ids = redis.call('ZRANGEBYSCORE', q .. source, '-inf', now, 'LIMIT', 0, 100)
      if #ids == 0 then return 0 end
      local ready = {}
      redis.call('LLEN', q .. 'pending')
      for _, id in ipairs(ids) do
        local t = q .. 't:' .. id
        local f = redis.call('HMGET', t, 'state', 'group')
        if f[2] and f[2] ~= '' then
          redis.call('ZADD', q .. 'g:' .. f[2], now, id)
          redis.call('SADD', q .. 'groups', f[2])
          redis.call('HSET', t, 'state', 'aggregating')
        elseif f[1] then
          redis.call('HSET', t, 'state', 'pending', 'pending_since', since)
          ready[#ready + 1] = id
        end
      end
      if #ready > 0 then redis.call('LPUSH', q .. 'pending', unpack(ready)) end
      redis.call('ZREM', q .. source, unpack(ids))
      return #ids
    end

    for i = 3, #ARGV do
      for _, source in ipairs({'scheduled', 'retry'}) do
        while left > 0 do
          local count = page(ARGV[i], source)
          left = left - count
          if count < 100 then break end
        end
        local first = redis.call('ZRANGE', ARGV[i] .. source, 0, 0, 'WITHSCORES')
        if first[2] and (not nearest or tonumber(first[2]) < tonumber(nearest)) then
          nearest = first[2]
        end
      end
    end
    return nearest
    """)

  /// The tasks of a queue whose lease ran out: what its keys begin with, until when, the moment.
  /// Answers with id and message of a hundred of them at most.
  ///
  /// What is active without a lease gets one that is over, so that it is found the next time; what
  /// has no message cannot be worked by anyone and is dropped.
  static let expired = Script(
    "expired",
    """
    local q, cutoff, now = ARGV[1], ARGV[2], ARGV[3]
    local out = {}
    for _, id in ipairs(redis.call('LRANGE', q .. 'active', -1000, -1)) do
      if not redis.call('ZSCORE', q .. 'lease', id) then
        redis.call('ZADD', q .. 'lease', now, id)
      end
    end
    local late = redis.call('ZRANGEBYSCORE', q .. 'lease', '-inf', cutoff, 'LIMIT', 0, 100)
    for _, id in ipairs(late) do
      local f = redis.call('HMGET', q .. 't:' .. id, 'msg', 'state')
      if f[1] and f[2] == 'active' then
        out[#out + 1] = id
        out[#out + 1] = f[1]
      else
        redis.call('LREM', q .. 'active', 0, id)
        redis.call('ZREM', q .. 'lease', id)
        if not f[1] then redis.call('DEL', q .. 't:' .. id) end
      end
    end
    return out
    """)

  /// Removes what need not be kept: the moment, before when archived tasks are too old, then what
  /// the keys of each queue begin with. Answers with 1 where there may be more.
  static let sweep = Script(
    "sweep",
    Script.forgetting + """
      local now, aged = ARGV[1], ARGV[2]
      local more = 0
      for i = 3, #ARGV do
        local q = ARGV[i]
        local ids = redis.call('ZRANGEBYSCORE', q .. 'completed', '-inf', now, 'LIMIT', 0, 100)
        for _, id in ipairs(ids) do forget(q, id) end
        if #ids > 0 then redis.call('ZREM', q .. 'completed', unpack(ids)) end
        if trim(q, aged) or #ids == 100 then more = 1 end
      end
      return more
      """)
}
