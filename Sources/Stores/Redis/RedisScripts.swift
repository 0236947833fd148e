/// The verbs that read and write in one step, as scripts that the server runs without interruption.
///
/// An entry is a string: the time of creation and of expiry in milliseconds since 1970, then the value, with spaces
/// between. What the scripts do with it is what `StateEntry` does with entries elsewhere.
enum RedisScript: CaseIterable {
    case insertIfAbsent, put, increment

    /// The script. `ARGV` has the event's time first, and last how long the server keeps the entry, in milliseconds.
    var text: String {
        switch self {
        case .insertIfAbsent:
            // ARGV: now, expires, value, keep. Answers the entry that is there, or nil when it is new.
            RedisScript.reading + """
                local c = live(KEYS[1], ARGV[1])
                if c == false then return redis.error_reply('UNREADABLE this key holds no entry') end
                if c then return redis.call('GET', KEYS[1]) end
                redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3], 'PX', ARGV[4])
                return nil
                """
        case .put:
            // ARGV: now, expires, value, keep.
            RedisScript.reading + """
                local c = live(KEYS[1], ARGV[1])
                if c == false then return redis.error_reply('UNREADABLE this key holds no entry') end
                redis.call('SET', KEYS[1], (c or ARGV[1]) .. ' ' .. ARGV[2] .. ' ' .. ARGV[3], 'PX', ARGV[4])
                return redis.status_reply('OK')
                """
        case .increment:
            // ARGV: now, amount, window, slack. Answers the count as text.
            RedisScript.reading + """
                local c, value = live(KEYS[1], ARGV[1])
                if c == false then return redis.error_reply('UNREADABLE this key holds no entry') end
                local limit = 9007199254740991
                local count = 0
                if c and string.match(value, '^%-?%d+$') and #(string.gsub(value, '%-', '')) <= 16 then
                  count = tonumber(value)
                  if math.abs(count) > limit then count = 0 end
                end
                count = math.max(-limit, math.min(limit, count + tonumber(ARGV[2])))
                local created = c or ARGV[1]
                local expires = tonumber(created) + tonumber(ARGV[3])
                local text = string.format('%.0f', count)
                local keep = math.max(1, expires - tonumber(ARGV[1])) + tonumber(ARGV[4])
                redis.call('SET', KEYS[1], created .. ' ' .. string.format('%.0f', expires) .. ' ' .. text,
                  'PX', string.format('%.0f', keep))
                return text
                """
        }
    }

    /// `live` answers the time of creation and the value of an entry that exists at `now`; nil where none does, and false
    /// for what is no entry.
    private static let reading = """
        local function live(key, now)
          local raw = redis.call('GET', key)
          if not raw then return nil end
          local created, expires, value = string.match(raw, '^(%-?%d+) (%-?%d+) (.*)$')
          if not created then return false end
          if tonumber(expires) <= tonumber(now) then return nil end
          return created, value
        end

        """
}
