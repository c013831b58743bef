/// What only looks.
extension Script {
  /// A queue in numbers: what its keys begin with, the day. Answers with the numbers of pending,
  /// active, scheduled, retry, archived, completed and aggregating tasks, whether it is paused, the
  /// counts of the day and in all, and since when the next task has been ready.
  static let count = Script(
    "count",
    """
    local q, day = ARGV[1], ARGV[2]
    local out = {redis.call('LLEN', q .. 'pending'), redis.call('LLEN', q .. 'active')}
    for _, name in ipairs({'scheduled', 'retry', 'archived', 'completed'}) do
      out[#out + 1] = redis.call('ZCARD', q .. name)
    end
    local grouped = 0
    for _, group in ipairs(redis.call('SMEMBERS', q .. 'groups')) do
      grouped = grouped + redis.call('ZCARD', q .. 'g:' .. group)
    end
    out[#out + 1] = grouped
    out[#out + 1] = redis.call('EXISTS', q .. 'paused')
    for _, name in ipairs({'processed:' .. day, 'failed:' .. day, 'processed', 'failed'}) do
      out[#out + 1] = redis.call('GET', q .. name) or '0'
    end
    local oldest = redis.call('LINDEX', q .. 'pending', -1)
    out[#out + 1] = oldest and redis.call('HGET', q .. 't:' .. oldest, 'pending_since') or ''
    return out
    """)

  /// Tells of one task, given a function `told`: its id, state, score, message, lease, result and
  /// whether it is to be given up; nothing where it has no message.
  private static let telling = """
    local function told(q, id, score, state)
      local f = redis.call('HMGET', q .. 't:' .. id, 'msg', 'state', 's4l_cancel', 'result')
      if not f[1] or not f[2] then return nil end
      state = state or f[2]
      local lease = state == 'active' and redis.call('ZSCORE', q .. 'lease', id)
      if not score and state ~= 'pending' and state ~= 'active' and state ~= 'aggregating' then
        score = redis.call('ZSCORE', q .. state, id)
      end
      return {id, state, score or '', f[1], lease or '', f[4], f[3] and 1 or 0}
    end


    """

  /// One task: what the keys of its queue begin with, its id.
  static let find = Script(
    "find",
    Script.telling + """
      return told(ARGV[1], ARGV[2], nil, nil)
      """)

  /// These tasks, in this order: what the keys of their queue begin with, the state, ids.
  static let tell = Script(
    "tell",
    Script.telling + """
      local out = {}
      for i = 3, #ARGV do
        local task = told(ARGV[1], ARGV[i], nil, ARGV[2])
        if task then out[#out + 1] = task end
      end
      return out
      """)

  /// A page of a list, from its right end: what the keys of its queue begin with, its name, how
  /// many of it have been told, and the id of the last of these. Answers with how many have been
  /// told then, the id of the last, and a hundred tasks at most.
  ///
  /// What was told last is looked for, as what was taken meanwhile has moved it; if it was taken
  /// itself, so were all before it.
  static let listed = Script(
    "listed",
    Script.telling + """
      local q, name, count, last = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
      if last ~= '' and redis.call('LINDEX', q .. name, -count) ~= last then
        local length = redis.call('LLEN', q .. name)
        local place = redis.pcall('LPOS', q .. name, last, 'RANK', -1)
        if type(place) == 'number' then
          count = length - place
        elseif not place then
          count = 0
        end
      end
      local ids = redis.call('LRANGE', q .. name, -count - 100, -count - 1)
      local out = {count + #ids, ids[1] or ''}
      for i = #ids, 1, -1 do
        local task = told(q, ids[i], nil, name)
        if task then out[#out + 1] = task end
      end
      return out
      """)

  /// A page of a set, in order of its scores: what the keys of its queue begin with, the name of
  /// the set, the state, then id and score of what was told last, the newest first. Answers with
  /// the ids and scores of a hundred at most, and then with those of them that are tasks.
  static let ranked = Script(
    "ranked",
    Script.telling + """
      local q, key, state = ARGV[1], ARGV[1] .. ARGV[2], ARGV[3]
      local from = 0
      if #ARGV > 3 then
        local found = false
        for i = 4, #ARGV, 2 do
          local rank = redis.call('ZRANK', key, ARGV[i])
          if rank and tonumber(redis.call('ZSCORE', key, ARGV[i])) == tonumber(ARGV[i + 1]) then
            from = rank + 1
            found = true
            break
          end
        end
        if not found then from = redis.call('ZCOUNT', key, '-inf', '(' .. ARGV[5]) end
      end
      local pairs = redis.call('ZRANGE', key, from, from + 99, 'WITHSCORES')
      local out = {pairs}
      for i = 1, #pairs, 2 do
        local task = told(q, pairs[i], pairs[i + 1], state)
        if task then out[#out + 1] = task end
      end
      return out
      """)
}
