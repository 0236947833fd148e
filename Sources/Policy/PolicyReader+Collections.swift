extension PolicyReader {
    /// A list of texts.
    public mutating func texts(_ key: String, default items: [String], _ summary: String) -> [Placed<String>] {
        values(key, default: items, expecting: "text", summary, render: YAMLText.scalar) { $0 }
    }

    /// A list of values in a syntax of their own. `expecting` says what each is, with its article; `parse` answers nil
    /// for text that is not. The defaults go through `parse` too.
    public mutating func values<V: Sendable>(
        _ key: String, default items: [String], expecting: String, _ summary: String, parse: (String) -> V?
    ) -> [Placed<V>] {
        values(key, default: items, expecting: expecting, summary, render: YAMLText.value, parse: parse)
    }

    private mutating func values<V: Sendable>(
        _ key: String, default items: [String], expecting: String, _ summary: String, render: (String) -> String,
        parse: (String) -> V?
    ) -> [Placed<V>] {
        var texts = items
        var place = PolicyPlace.builtIn
        var result: [Placed<V>]?
        if let member = member(key) {
            switch member.value.content {
            case .sequence(let nodes):
                place = member.value.place
                texts = nodes.compactMap { node in
                    if case .scalar(let text, isQuoted: _) = node.content { text } else { nil }
                }
                result = nodes.compactMap { take($0, expecting: expecting, parse: parse) }
            case .null where items.isEmpty: break
            case .null:
                report("expected a list, found nothing; write [] for an empty one", at: member.keyPlace)
            case .scalar(let text, isQuoted: _):
                let list = YAMLText.list([YAMLText.scalar(text)])
                let remedy = text.utf8.count <= 40 ? "; write \(list)" : ""
                report("expected a list, found \(member.value.found)\(remedy)", at: member.value.place)
            case .mapping: report("expected a list, found \(member.value.found)", at: member.value.place)
            }
        }
        let defaults = items.map(render)
        let values = texts.map(render)
        settings.append(
            PolicySetting(
                path + [key], .list(of: expecting), default: YAMLText.list(defaults), value: YAMLText.list(values),
                at: place, summary, defaultItems: defaults, valueItems: values))
        return result
            ?? items.compactMap {
                take(PolicyNode(.scalar($0, isQuoted: true), at: .builtIn), expecting: expecting, parse: parse)
            }
    }

    /// Keys and values of their own. `body` reads them; with the key absent it reads defaults. Unknown keys are
    /// noted when it returns.
    public mutating func section(_ key: String, _ summary: String, _ body: (inout PolicyReader) -> Void) {
        let member = member(key)
        settings.append(
            PolicySetting(
                path + [key], .section, default: "{}", value: "{}", at: member?.valuePlace ?? .builtIn,
                summary))
        var reader = PolicyReader(member?.value, path: path + [key], files: files)
        body(&reader)
        reader.finish()
        absorb(reader)
    }

    /// A list of entries, each with keys and values of its own. `body` reads one; it answers nil for an entry that
    /// is of no use after the mistakes it noted.
    ///
    /// `body` is called once more with an entry of defaults, whose settings document the keys and whose value and
    /// mistakes are dropped: it must do nothing but read.
    public mutating func entries<V: Sendable>(
        _ key: String, _ summary: String, _ body: (inout PolicyReader) -> V?
    ) -> [Placed<V>] {
        let member = member(key)
        var nodes: [PolicyNode] = []
        switch member?.value.content {
        case .sequence(let items): nodes = items
        case .null, nil: break
        case .scalar, .mapping:
            if let value = member?.value {
                report("expected a list of entries, found \(value.found)", at: value.place)
            }
        }
        let place = member?.valuePlace ?? .builtIn
        settings.append(PolicySetting(path + [key], .entries, default: "[]", value: "[]", at: place, summary))

        let templatePath = path + [key, "[]"]
        var template = PolicyReader(nil, path: templatePath, files: files)
        _ = body(&template)
        let entry = PolicySetting(templatePath, .entry, default: "{}", value: "{}", at: .builtIn, "")
        for var setting in [entry] + template.settings {
            setting.isTemplate = true
            settings.append(setting)
        }

        var result: [Placed<V>] = []
        for (index, node) in nodes.enumerated() where !isExhausted {
            let entryPath = path + [key, "[\(index + 1)]"]
            settings.append(PolicySetting(entryPath, .entry, default: "{}", value: "{}", at: node.place, ""))
            guard case .mapping = node.content else {
                report("expected an entry of keys and values, found \(node.found)", at: node.place)
                continue
            }
            var reader = PolicyReader(node, path: entryPath, files: files)
            let value = body(&reader)
            reader.finish()
            absorb(reader)
            if let value { result.append(Placed(value, at: node.place)) }
        }
        return result
    }

    /// A scalar read by `parse`, or nil with the complaint noted.
    mutating func take<V>(
        _ node: PolicyNode, at place: PolicyPlace? = nil, expecting: String, parse: (String) -> V?
    ) -> Placed<V>? {
        if case .scalar(let text, isQuoted: _) = node.content, let value = parse(text) {
            warn(of: text, readAs: V.self, at: node.place)
            return Placed(value, at: node.place)
        }
        report("expected \(expecting), found \(node.found)", at: place ?? node.place)
        return nil
    }
}
