/// What takes tasks in.
extension Script {
  /// Tasks, all of one queue: its name, the moment in nanoseconds and in seconds, `plain` where
  /// all are ready at once and have nothing special, and how many may wait. Then id and message of
  /// each that is plain; the answer has the places of those whose id is taken. Of others, id,
  /// message, score if it is
  /// scheduled, lock, seconds that the lock lasts, whether the lock is tied to the state of its
  /// holder, whether it postpones, serial key and group; the answer has for each `q` and its state,
  /// `t` taken, `f` full, `d` and the holder, or `p` and the holder.
  ///
  /// Both are one script, so that a server which has forgotten it has so for all that follows: what
  /// is pushed anew keeps its order.
  static let push = Script(
    "push",
    """
    local queue, since, now, kind, most = unpack(ARGV, 1, 5)
    local q = 'asynq:{' .. queue .. '}:'
    redis.call('LLEN', q .. 'pending')
    redis.call('ZCARD', q .. 'scheduled')
    redis.call('SADD', 'asynq:queues', queue)

    if kind == 'plain' then
      local taken, ids = {}, {}
      for i = 6, #ARGV, 2 do
        local id = ARGV[i]
        local t = q .. 't:' .. id
        if redis.call('EXISTS', t) == 1 then
          taken[#taken + 1] = (i - 6) / 2
        else
          redis.call('HSET', t, 'msg', ARGV[i + 1], 'state', 'pending', 'pending_since', since)
          ids[#ids + 1] = id
        end
      end
      if #ids > 0 then redis.call('LPUSH', q .. 'pending', unpack(ids)) end
      return taken
    end

    -- Who holds a lock, and its state; nothing where the holder is gone, or holds another lock by
    -- now, or will not be worked any more while the lock was to last only as long as that.
    local function holder(lock, open)
      local id = redis.call('GET', lock)
      if not id then return nil end
      local f = redis.call('HMGET', q .. 't:' .. id, 'state', 'unique_key', 's4l_open')
      if not f[1] or f[2] ~= lock and f[1] ~= 'aggregating' then return nil end
      if (open or f[3]) and (f[1] == 'archived' or f[1] == 'completed') then return nil end
      return id, f[1]
    end

    local function postpone(id, due, lock, ttl)
      local t = q .. 't:' .. id
      redis.call('HDEL', t, 's4l_waits')
      if due == '' then
        redis.call('ZREM', q .. 'scheduled', id)
        redis.call('LPUSH', q .. 'pending', id)
        redis.call('HSET', t, 'state', 'pending', 'pending_since', since)
      else
        redis.call('ZADD', q .. 'scheduled', due, id)
      end
      if redis.call('TTL', lock) < tonumber(ttl) then redis.call('EXPIRE', lock, ttl) end
    end

    local function queued(i)
      local id, msg, due, lock, ttl, open, _, serial, group = unpack(ARGV, i, i + 8)
      local t = q .. 't:' .. id
      local f = {'msg', msg, 'state', 'pending'}
      local function also(name, value)
        f[#f + 1] = name
        f[#f + 1] = value
      end
      if due ~= '' then
        f[4] = 'scheduled'
        redis.call('ZADD', q .. 'scheduled', due, id)
      elseif group ~= '' then
        f[4] = 'aggregating'
        also('group', group)
        redis.call('ZADD', q .. 'g:' .. group, now, id)
        redis.call('SADD', q .. 'groups', group)
      else
        also('pending_since', since)
        redis.call('LPUSH', q .. 'pending', id)
      end
      if lock ~= '' then
        redis.call('SET', lock, id, 'EX', ttl)
        if f[4] ~= 'aggregating' then also('unique_key', lock) end
        if open ~= '' then also('s4l_open', '1') end
      end
      if serial ~= '' then also('s4l_serial', serial) end
      redis.call('HSET', t, unpack(f))
      return 'q' .. f[4]
    end

    -- How many more may be ready, or be tried again; of all queues.
    local room = tonumber(most)
    if room then
      for _, name in ipairs(redis.call('SMEMBERS', 'asynq:queues')) do
        local p = 'asynq:{' .. name .. '}:'
        room = room - redis.call('LLEN', p .. 'pending') - redis.call('ZCARD', p .. 'retry')
      end
    end

    local out = {}
    for i = 6, #ARGV, 9 do
      local due, lock, ttl, open, postpones = unpack(ARGV, i + 2, i + 6)
      local id, state
      if lock ~= '' then id, state = holder(lock, open ~= '') end
      if id and postpones ~= '' and state == 'scheduled' then
        postpone(id, due, lock, ttl)
        out[#out + 1] = 'p' .. id
      elseif redis.call('EXISTS', q .. 't:' .. ARGV[i]) == 1 then
        out[#out + 1] = 't'
      elseif id and not (postpones ~= '' and state == 'active') then
        out[#out + 1] = 'd' .. id
      elseif room and room <= 0 and due == '' and ARGV[i + 8] == '' then
        out[#out + 1] = 'f'
      else
        if room and due == '' and ARGV[i + 8] == '' then room = room - 1 end
        out[#out + 1] = queued(i)
      end
    end
    return out
    """)
}
