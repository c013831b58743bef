/// What a worker asks for.
extension Script {
  /// Takes tasks: the moment, the score of the lease, how many at most, a mark of this taking, the
  /// seconds that a serial lock lasts; then of each portion: what the keys of its queue begin with,
  /// how many at most, and how many may be active, if that is limited.
  ///
  /// Answers with a letter for each portion - `e` its queue was seen empty, `m` there may be more,
  /// `p` it is paused, `c` so much had to be put aside that others shall have a turn before it is
  /// looked into further, `-` it was not looked at - and then place of the portion, id and message
  /// of each task.
  static let take = Script(
    "take",
    """
    local now, lease, most, turn, ttl = unpack(ARGV, 1, 5)
    most = tonumber(most)
    local out, letters = {''}, {}
    local place = {
      active = 'lease', scheduled = 'scheduled', retry = 'retry',
      archived = 'archived', completed = 'completed'
    }

    -- Whether a task that lies in pending belongs elsewhere by its own account.
    local function strays(q, id, state)
      local set = place[state]
      return set and redis.call('ZSCORE', q .. set, id)
    end

    local function wait(q, id, t, key, waits)
      redis.call('ZADD', q .. 'scheduled', lease, id)
      redis.call('HSET', t, 'state', 'scheduled', 's4l_waits', '1')
      redis.call('HDEL', t, 'pending_since')
      if not waits then redis.call('RPUSH', q .. 's4l:waiting:' .. key, id) end
    end

    -- Whether the serial key of a task is free; it is the task's then.
    local function enters(q, id, key)
      local lock = q .. 's4l:serial:' .. key
      local holder = redis.call('GET', lock)
      if holder and holder ~= id
        and redis.call('HGET', q .. 't:' .. holder, 'state') == 'active' then
        return false
      end
      redis.call('SET', lock, id, 'EX', ttl)
      return true
    end

    local function page(p, q, room)
      local ids = redis.call('LRANGE', q .. 'pending', -math.min(room, 100), -1)
      local got, leases = {}, {}
      if #ids == 0 then return got, 0 end
      redis.call('LTRIM', q .. 'pending', 0, -#ids - 1)
      for i = #ids, 1, -1 do
        local id = ids[i]
        local t = q .. 't:' .. id
        -- What lies there in another form than a task is no task.
        local f = redis.pcall('HMGET', t, 'msg', 'state', 's4l_serial', 's4l_waits')
        if f[1] and (f[2] == 'pending' or not got[id] and not strays(q, id, f[2])) then
          if f[3] and not enters(q, id, f[3]) then
            wait(q, id, t, f[3], f[4])
          else
            redis.call('HSET', t, 'state', 'active', 's4l_turn', turn)
            redis.call('HDEL', t, 'pending_since')
            got[id] = true
            got[#got + 1] = id
            leases[#leases + 1] = lease
            leases[#leases + 1] = id
            out[#out + 1] = p
            out[#out + 1] = id
            out[#out + 1] = f[1]
          end
        end
      end
      if #got > 0 then
        redis.call('LPUSH', q .. 'active', unpack(got))
        redis.call('ZADD', q .. 'lease', unpack(leases))
      end
      return got, #ids
    end

    local function fill(p, q, room, limit)
      if redis.call('EXISTS', q .. 'paused') == 1 then return 'p' end
      local active = redis.call('LLEN', q .. 'active')
      redis.call('ZCARD', q .. 'lease')
      if limit ~= '' then room = math.min(room, tonumber(limit) - active) end
      local aside = 0
      while room > 0 do
        if aside >= 1000 then return 'c' end
        local got, count = page(p, q, room)
        most = most - #got
        if count < math.min(room, 100) then return 'e' end
        aside = aside + count - #got
        room = room - #got
      end
      return 'm'
    end

    for i = 6, #ARGV, 3 do
      local letter = '-'
      if most > 0 then
        letter = fill((i - 6) / 3, ARGV[i], math.min(tonumber(ARGV[i + 1]), most), ARGV[i + 2])
      end
      letters[#letters + 1] = letter
    end
    out[1] = table.concat(letters)
    return out
    """)

  /// Settles fates, all of one queue: what its keys begin with; the moment in seconds and in
  /// nanoseconds; its day; before when archived tasks are forgotten; if only leases that ran out
  /// count, until when they must have. Then of each: what becomes of it - `d` done, `c` done and
  /// kept, `f` failed, `r` delayed, `a` given up, `b` handed back, each with `+` where a result
  /// follows - its id, the mark of its taking if known, message, score and lock.
  /// Answers with `1` or `0` for each.
  static let settle = Script(
    "settle",
    Script.forgetting + """
      local q, now, since, day, aged, cutoff = unpack(ARGV, 1, 6)
      local out, back = {}, {}
      local tried, failed, archives = 0, 0, false

      -- Takes the lease of a task away, if the task is ours to settle.
      local function release(id, f, turn)
        if f[1] ~= 'active' or turn ~= '' and f[2] ~= turn then return false end
        if cutoff ~= '' then
          local score = redis.call('ZSCORE', q .. 'lease', id)
          if not score or tonumber(score) > tonumber(cutoff) then return false end
        end
        return redis.call('ZREM', q .. 'lease', id) == 1
      end

      -- The next that waits for this key comes to the front.
      local function leave(id, key)
        local lock, waiting = q .. 's4l:serial:' .. key, q .. 's4l:waiting:' .. key
        local holder = redis.call('GET', lock)
        if holder and holder ~= id then return end
        redis.call('DEL', lock)
        while true do
          local nextId = redis.call('LPOP', waiting)
          if not nextId then return end
          local t = q .. 't:' .. nextId
          if redis.call('HDEL', t, 's4l_waits') == 1
            and redis.call('ZREM', q .. 'scheduled', nextId) == 1 then
            redis.call('HSET', t, 'state', 'pending', 'pending_since', since)
            redis.call('RPUSH', q .. 'pending', nextId)
            return
          end
        end
      end

      local function unlock(id, lock)
        if lock and lock ~= '' and redis.call('GET', lock) == id then redis.call('DEL', lock) end
      end

      local function rewrite(t, msg, state, result)
        if result then
          redis.call('HSET', t, 'msg', msg, 'state', state, 'result', result)
        else
          redis.call('HSET', t, 'msg', msg, 'state', state)
        end
        redis.call('HDEL', t, 's4l_turn', 's4l_cancel')
      end

      local function settle(fate, id, msg, score, lock, result, f)
        local t = q .. 't:' .. id
        redis.call('LREM', q .. 'active', 0, id)
        if fate ~= 'b' and fate ~= 'r' then tried = tried + 1 end
        if fate == 'd' then
          redis.call('DEL', t)
          unlock(id, lock)
        elseif fate == 'c' then
          redis.call('ZADD', q .. 'completed', score, id)
          rewrite(t, msg, 'completed', result)
          unlock(id, lock)
        elseif fate == 'f' or fate == 'r' then
          if fate == 'f' then failed = failed + 1 end
          redis.call('ZADD', q .. 'retry', score, id)
          rewrite(t, msg, 'retry', result)
        elseif fate == 'a' then
          failed = failed + 1
          archives = true
          redis.call('ZADD', q .. 'archived', score, id)
          rewrite(t, msg, 'archived', result)
          if f[4] then unlock(id, f[5]) end
        else
          back[#back + 1] = id
          redis.call('HSET', t, 'state', 'pending')
          redis.call('HDEL', t, 's4l_turn')
        end
        if f[3] and fate ~= 'b' then leave(id, f[3]) end
      end

      local function count(name, number)
        if number == 0 then return true end
        if redis.call('INCRBY', q .. name .. ':' .. day, number) == number then
          redis.call('EXPIRE', q .. name .. ':' .. day, 7776000)
        end
        local total = redis.pcall('INCRBY', q .. name, number)
        return type(total) == 'number'
      end

      for _, set in ipairs({'retry', 'archived', 'completed'}) do redis.call('ZCARD', q .. set) end
      local i = 7
      while i <= #ARGV do
        local fate, id, turn, msg, score, lock = unpack(ARGV, i, i + 5)
        local result
        i = i + 6
        if string.sub(fate, 2) == '+' then
          result = ARGV[i]
          i = i + 1
        end
        local f = redis.call(
          'HMGET', q .. 't:' .. id, 'state', 's4l_turn', 's4l_serial', 's4l_open', 'unique_key')
        if release(id, f, turn) then
          settle(string.sub(fate, 1, 1), id, msg, score, lock, result, f)
          out[#out + 1] = '1'
        else
          out[#out + 1] = '0'
        end
      end
      for n = #back, 1, -1 do redis.call('RPUSH', q .. 'pending', back[n]) end
      -- A total that would not fit any more begins anew, and the other with it.
      if not count('processed', tried) or not count('failed', failed) then
        redis.call('SET', q .. 'processed', tried)
        redis.call('SET', q .. 'failed', failed)
      end
      if archives then trim(q, aged) end
      return table.concat(out)
      """)

  /// Says that a worker is alive: the keys of the process and of what is in its hands; the process;
  /// the score and the seconds for which that holds; the score of leases, the seconds that a serial
  /// lock lasts; then of each task in hand: what the keys of its queue begin with, id, the mark of
  /// its taking if known, and what is told of it. Answers with the places of those that are lost,
  /// and of those that somebody wants given up.
  static let beat = Script(
    "beat",
    """
    local server, hands, process, expiry, ttl, lease, serial = unpack(ARGV, 1, 7)
    local told, leases, lost, cancelled = {}, {}, {}, {}
    redis.call('ZADD', 'asynq:servers', expiry, server)
    redis.call('ZADD', 'asynq:workers', expiry, hands)
    redis.call('SETEX', server, ttl, process)
    redis.call('DEL', hands)
    for i = 8, #ARGV, 4 do
      local q, id, turn = ARGV[i], ARGV[i + 1], ARGV[i + 2]
      local f = redis.call(
        'HMGET', q .. 't:' .. id, 'state', 's4l_turn', 's4l_cancel', 's4l_serial')
      if f[1] ~= 'active' or turn ~= '' and f[2] ~= turn
        or not redis.call('ZSCORE', q .. 'lease', id) then
        lost[#lost + 1] = (i - 8) / 4
      else
        told[#told + 1] = id
        told[#told + 1] = ARGV[i + 3]
        local set = leases[q]
        if not set then
          set = {}
          leases[q] = set
        end
        set[#set + 1] = lease
        set[#set + 1] = id
        if f[3] then cancelled[#cancelled + 1] = (i - 8) / 4 end
        if f[4] then redis.call('EXPIRE', q .. 's4l:serial:' .. f[4], serial) end
      end
    end
    if #told > 0 then
      for n = 1, #told, 1000 do
        redis.call('HSET', hands, unpack(told, n, math.min(n + 999, #told)))
      end
      redis.call('EXPIRE', hands, ttl)
    end
    for q, set in pairs(leases) do
      for n = 1, #set, 1000 do
        redis.call('ZADD', q .. 'lease', 'XX', unpack(set, n, math.min(n + 999, #set)))
      end
    end
    return {lost, cancelled}
    """)
}
