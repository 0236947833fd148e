extension PolicyReader {
    /// `true`, `yes` or `on`; `false`, `no` or `off`, in any case.
    public mutating func flag(_ key: String, default value: Bool, _ summary: String) -> Bool {
        read(key, .flag, default: value, summary).value
    }

    /// A whole number in decimal within `range`.
    public mutating func integer(
        _ key: String, default value: Int, in range: ClosedRange<Int>, _ summary: String
    ) -> Int {
        read(key, .integer(range), default: value, summary).value
    }

    /// Text, quoted or not: whatever it looks like, it is taken as written.
    public mutating func text(_ key: String, default value: String, _ summary: String) -> String {
        read(key, .text, default: value, summary).value
    }

    /// Text, or nil when the key is absent or `null`.
    public mutating func optionalText(_ key: String, _ summary: String) -> String? {
        readOptional(key, .text, summary)?.value
    }

    /// A value in a syntax of its own, or nil when the key is absent or `null`. `expecting` says what it is, with its
    /// article; `parse` answers nil for text that is not.
    public mutating func optionalValue<V: Sendable>(
        _ key: String, expecting: String, _ summary: String, parse: (String) -> V?
    ) -> Placed<V>? {
        guard let text = readOptional(key, .text, summary) else { return nil }
        if let value = parse(text.value) {
            warn(of: text.value, readAs: V.self, at: text.place)
            return Placed(value, at: text.place)
        }
        report(
            "expected \(expecting), found \(PolicyNode(.scalar(text.value, isQuoted: false), at: text.place).found)",
            at: text.place)
        return nil
    }

    /// A score in thousandths of a point, written in points with at most three decimals (`2.5` is 2500).
    public mutating func score(_ key: String, default value: Int, _ summary: String) -> Placed<Int> {
        read(key, .score, default: value, summary)
    }

    /// A score in thousandths of a point, or nil when the key is absent or `null`.
    public mutating func optionalScore(_ key: String, _ summary: String) -> Placed<Int>? {
        readOptional(key, .score, summary)
    }

    /// A duration with its units (`15m`, `1h30m`, `10 days`) within `range`.
    public mutating func duration(
        _ key: String, default value: Duration, in range: ClosedRange<Duration>, _ summary: String
    ) -> Duration {
        read(key, .duration(range), default: value, summary).value
    }

    /// A number of bytes (`1000`, `64 KiB`, `10M`) within `range`.
    public mutating func size(_ key: String, default value: Int, in range: ClosedRange<Int>, _ summary: String) -> Int {
        read(key, .size(range), default: value, summary).value
    }

    /// One of a fixed set of words.
    public mutating func choice<C: CaseIterable & RawRepresentable & Sendable>(
        _ key: String, default value: C, _ summary: String
    ) -> C where C.RawValue == String {
        read(key, .choice, default: value, summary).value
    }

    private mutating func read<Value>(
        _ key: String, _ type: ScalarType<Value>, default value: Value, _ summary: String
    ) -> Placed<Value> {
        var result = Placed(value, at: .builtIn)
        if let member = member(key), let value = take(member, type) {
            result = Placed(value, at: member.value.place)
        }
        settings.append(
            PolicySetting(
                path + [key], type.kind, default: type.render(value), value: type.render(result.value),
                at: result.place, summary))
        return result
    }

    private mutating func readOptional<Value>(
        _ key: String, _ type: ScalarType<Value>, _ summary: String
    ) -> Placed<Value>? {
        var result: Placed<Value>?
        let member = member(key)
        if let member, !member.value.isNull {
            result = take(member, type).map { Placed($0, at: member.value.place) }
        }
        settings.append(
            PolicySetting(
                path + [key], type.kind, default: "null",
                value: result.map { type.render($0.value) } ?? "null",
                at: member?.valuePlace ?? .builtIn, summary))
        return result
    }

    /// The member's value, or nil with the complaint noted.
    private mutating func take<Value>(_ member: PolicyMember, _ type: ScalarType<Value>) -> Value? {
        do {
            return try type.parse(member.value)
        } catch {
            report(error.message, at: member.valuePlace)
            return nil
        }
    }
}
