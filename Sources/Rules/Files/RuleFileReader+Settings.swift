import Expressions
import Values

extension RuleFileReader {
    /// Lists of names.
    mutating func listDirective(_ word: String, _ value: ArraySlice<UInt8>) -> Bool {
        switch word {
        case "util_rb_tld":
            for name in RuleFileReader.words(value) { settings.topLevelDomains.insert(HostName.ascii(name)) }
        case "util_rb_2tld":
            for name in RuleFileReader.words(value) { settings.secondLevelRegistries.insert(HostName.ascii(name)) }
        case "util_rb_3tld":
            for name in RuleFileReader.words(value) { settings.thirdLevelRegistries.insert(HostName.ascii(name)) }
        case "clear_util_rb":
            (settings.topLevelDomains, settings.secondLevelRegistries, settings.thirdLevelRegistries) = ([], [], [])
        case "freemail_domains":
            for name in RuleFileReader.words(value).map({ $0.lowercased() }) {
                if name.contains("*") || name.contains("?") {
                    settings.freemailPatterns.append(name)
                } else {
                    settings.freemailDomains.insert(name)
                }
            }
        case "freemail_welcomelist", "freemail_whitelist":
            for name in RuleFileReader.words(value) { settings.freemailExceptions.insert(name.lowercased()) }
        case "enlist_uri_host", "delist_uri_host":
            guard let (list, rest) = named(value) else { return told("\(word) wants (LIST) and names") }
            for host in RuleFileReader.words(rest).map({ $0.lowercased() }) {
                let isExcepted = host.hasPrefix("!")
                let name = isExcepted ? String(host.dropFirst()) : host
                settings.hostLists[list, default: [:]][name] = word == "enlist_uri_host" ? !isExcepted : nil
            }
        case "blocklist_uri_host", "blacklist_uri_host", "welcomelist_uri_host", "whitelist_uri_host":
            let list = word.hasPrefix("bl") ? "BLOCK" : "WELCOME"
            for host in RuleFileReader.words(value).map({ $0.lowercased() }) {
                let isExcepted = host.hasPrefix("!")
                settings.hostLists[list, default: [:]][isExcepted ? String(host.dropFirst()) : host] = !isExcepted
            }
        case "enlist_addrlist":
            guard let (list, rest) = named(value) else { return told("\(word) wants (LIST) and addresses") }
            settings.addressLists[list, default: []] += RuleFileReader.words(rest).map { $0.lowercased() }
        case "url_shortener":
            for name in RuleFileReader.words(value) { settings.urlShorteners.insert(name.lowercased()) }
        case "welcomelist_bounce_relays", "whitelist_bounce_relays":
            settings.bounceRelays += RuleFileReader.words(value).map { $0.lowercased() }
        case "welcomelist_subject", "whitelist_subject", "blocklist_subject", "blacklist_subject":
            let list = word.hasPrefix("bl") ? "blocklist_subject" : "welcomelist_subject"
            let escaped = value.flatMap { byte -> [UInt8] in
                byte == .ascii("*")
                    ? Array(".*".utf8)
                    : byte == .ascii("?")
                        ? [.dot]
                        : byte.isAlphanumeric || byte >= 0x80 ? [byte] : [.backslash, byte]
            }
            settings.subjectLists[list, default: []].append(PerlExpression(pattern: escaped, options: .ignoringCase))
        default: return addressList(word, value)
        }
        return true
    }

    private mutating func addressList(_ word: String, _ value: ArraySlice<UInt8>) -> Bool {
        let name = word.replacingPrefix("def_whitelist", "def_welcomelist").replacingPrefix("whitelist", "welcomelist")
            .replacingPrefix("unwhitelist", "unwelcomelist").replacingPrefix("blacklist", "blocklist")
            .replacingPrefix("unblacklist", "unblocklist")
        let words = RuleFileReader.words(value).map { $0.lowercased() }
        switch name {
        case "welcomelist_from", "blocklist_from", "welcomelist_to", "blocklist_to", "more_spam_to", "all_spam_to":
            settings.addressLists[name, default: []] += words
        case "unwelcomelist_from", "unblocklist_from", "unwelcomelist_to", "unblocklist_to":
            settings.addressLists[String(name.dropFirst(2))]?.removeAll { words.contains($0) }
        case "welcomelist_from_rcvd", "def_welcomelist_from_rcvd":
            guard words.count >= 2 else { return told("\(word) wants an address and a relay") }
            for relay in words.dropFirst() {
                settings.addressRelayLists[name, default: []].append(.init(address: words[0], relay: relay))
            }
        case "welcomelist_allows_relays": settings.addressLists[name, default: []] += words
        default: return false
        }
        return true
    }

    /// Single settings.
    mutating func settingDirective(_ word: String, _ value: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        switch word {
        case "trusted_networks", "internal_networks", "msa_networks":
            for name in RuleFileReader.words(value) {
                let isKnown =
                    switch word {
                    case "trusted_networks": settings.trustedNetworks.add(name[...])
                    case "internal_networks": settings.internalNetworks.add(name[...])
                    default: settings.submissionNetworks.add(name[...])
                    }
                if !isKnown { tell("\(word): \"\(name)\" is no network") }
            }
        case "clear_trusted_networks": settings.trustedNetworks = NetworkList()
        case "clear_internal_networks": settings.internalNetworks = NetworkList()
        case "clear_msa_networks": settings.submissionNetworks = NetworkList()
        case "originating_ip_headers": settings.originatingAddressFields += RuleFileReader.words(value)
        case "clear_originating_ip_headers": settings.originatingAddressFields = []
        case "envelope_sender_header":
            settings.envelopeSenderField = text.hasSuffix(":") ? String(text.dropLast()) : text
        case "redirector_pattern":
            do { settings.redirectorPatterns.append(try PerlExpression(Array(value)).checked()) } catch {
                tell("redirector_pattern: \(error)")
            }
        case "replace_tag", "replace_pre", "replace_inter", "replace_post":
            let (name, rest) = RuleFileReader.parted(value)
            switch word {
            case "replace_tag": settings.replaceTags[name] = Array(rest)
            case "replace_pre": settings.replacePrefixes[name] = Array(rest)
            case "replace_inter": settings.replaceInfixes[name] = Array(rest)
            default: settings.replaceSuffixes[name] = Array(rest)
            }
        case "replace_start": settings.replaceStart = Array(value)
        case "replace_end": settings.replaceEnd = Array(value)
        case "replace_rules": settings.replacedRules.formUnion(RuleFileReader.words(value))
        case "ok_locales": settings.acceptedLocales = RuleFileReader.words(value)
        case "required_score", "required_hits":
            guard let score = RuleFileReader.thousandths(text[...]) else {
                return told("\(word): \"\(text)\" is no number")
            }
            settings.requiredScore = score
        case "uridnsbl_skip_domain":
            settings.skippedURIDomains.formUnion(RuleFileReader.words(value).map { $0.lowercased() })
        case "clear_uridnsbl_skip_domain":
            if text.isEmpty { settings.skippedURIDomains = [] }
            settings.skippedURIDomains.subtract(RuleFileReader.words(value).map { $0.lowercased() })
        case "uridnsbl_max_domains":
            settings.uriDomainLimit = number(word, text).map { min(max($0, 0), 100) } ?? settings.uriDomainLimit
        case "normalize_charset": settings.normalizesCharsets = isOn(text)
        case "parse_dkim_uris": settings.parsesDKIMDomains = isOn(text)
        case "body_part_scan_size": settings.bodyPartScanSize = number(word, text) ?? settings.bodyPartScanSize
        case "rawbody_part_scan_size": settings.rawBodyPartScanSize = number(word, text) ?? settings.rawBodyPartScanSize
        case "freemail_max_body_emails":
            settings.freemailMaximumBodyAddresses = number(word, text) ?? settings.freemailMaximumBodyAddresses
        case "freemail_max_body_freemails":
            settings.freemailMaximumBodyFreemails = number(word, text) ?? settings.freemailMaximumBodyFreemails
        case "freemail_skip_when_over_max": settings.freemailSkipsOverMaximum = isOn(text)
        case "freemail_skip_bulk_envfrom": settings.freemailSkipsBulk = isOn(text)
        case "loadplugin", "tryplugin":
            facts.plugins.insert(String(text.prefix { !$0.isWhitespace }))
        case "enable_compat": facts.plugins.insert("enable_compat \(text)")
        default: return false
        }
        return true
    }

    /// The whole number that a setting is given; nil where it is none, which is told.
    private mutating func number(_ word: String, _ text: String) -> Int? {
        let number = Int(text)
        if number == nil { tell("\(word): \"\(text)\" is no whole number") }
        return number
    }

    private func isOn(_ text: String) -> Bool { ["1", "yes"].contains(text.lowercased()) }

    private mutating func told(_ message: String) -> Bool {
        tell(message)
        return true
    }

    /// `(LIST) rest`
    private func named(_ value: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>)? {
        guard value.first == .ascii("("), let end = value.firstIndex(of: .ascii(")")) else { return nil }
        return (String(decoding: value[(value.startIndex + 1)..<end], as: UTF8.self), value[(end + 1)...])
    }

    /// What other parts of a mail system are set by in the same files: reports, headers, network clients, learning.
    static let elsewhere: Set<String> = [
        // What a rule is to match, for those who test rules.
        "test",
        "report", "unsafe_report", "clear_report_template", "clear_unsafe_report_template", "report_contact",
        "report_hostname", "report_safe", "report_safe_copy_headers", "report_charset", "report_wrap_width",
        "add_header", "remove_header", "clear_headers", "rewrite_header", "subjprefix", "fold_headers",
        "require_version",
        "reuse", "ok_languages", "inactive_languages", "textcat_optimal_ngrams", "textcat_max_languages",
        "textcat_acceptable_score", "adsp_override", "dns_block_rule", "dns_local_ports_avoid",
        "dns_local_ports_permit", "dns_local_ports_none", "dns_available", "dns_server", "dns_options",
        "dns_test_interval",
        "dns_query_restriction", "clear_dns_query_restriction", "skip_rbl_checks", "rbl_timeout", "rbl_headers",
        "use_bayes", "use_bayes_rules", "use_learner", "use_pyzor", "use_razor2", "use_dcc", "use_auto_welcomelist",
        "use_auto_whitelist", "auto_welcomelist_path", "auto_welcomelist_factor", "use_txrep", "txrep_factor",
        "pyzor_options", "pyzor_timeout", "pyzor_path", "razor_config", "razor_timeout", "dcc_home", "dcc_path",
        "dcc_timeout", "url_shortener_get", "fns_ignore_headers", "fns_ignore_dkim", "fns_check", "asn_lookup",
        "asn_lookup_ipv6", "shortcircuit", "shortcircuit_spam_score", "shortcircuit_ham_score", "time_limit",
        "lock_method", "dkim_minimum_key_bits", "dkim_timeout", "spf_timeout", "do_not_use_mail_spf",
        "do_not_use_mail_spf_query", "ignore_received_spf_header", "use_newest_received_spf_header",
        "always_trust_envelope_sender", "allow_user_rules", "user_scores_dsn", "tmpdir", "version_tag",
        "header_address_parser", "uridnsbl_timeout", "geodb_module", "geodb_search_path", "ifplugin_end",
        "def_welcomelist_from_dkim", "def_whitelist_from_dkim", "welcomelist_from_dkim", "whitelist_from_dkim",
        "unwelcomelist_from_dkim", "def_welcomelist_from_spf", "def_whitelist_from_spf", "welcomelist_from_spf",
        "whitelist_from_spf", "def_welcomelist_auth", "def_whitelist_auth", "welcomelist_auth", "whitelist_auth",
        "freemail_import_welcomelist_auth", "freemail_import_def_welcomelist_auth", "freemail_add_describe_email",
        "spamcop_from_address", "spamcop_to_address", "spamcop_max_report_size", "accessdb", "hashbl_acl_freemail",
        "txrep_learn_bonus", "urirhsbl_skip", "auto_learn_threshold", "ignore_always_matching_regexps",
    ]
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, _ replacement: String) -> String {
        hasPrefix(prefix) ? replacement + dropFirst(prefix.count) : self
    }
}
