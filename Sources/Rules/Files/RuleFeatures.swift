/// What rule files may ask `can(…)` about: the features that SpamAssassin 4.0.1 and its plugins declare.
enum RuleFeatures {
    /// Whether `module` declares `name`, or has an evaluation function of that name.
    static func has(_ name: Substring, of module: Substring) -> Bool {
        guard module.hasPrefix(prefix) else { return false }
        let module = module.dropFirst(prefix.count)
        return names[String(module)]?.contains(name) ?? false
            || module.hasPrefix("Plugin::") && RuleEngine.hasFunction(String(name))
    }

    private static let prefix = "Mail::SpamAssassin::"

    private static let names: [String: [Substring]] = [
        "Conf": words(
            """
            feature_bayes_auto_learn_on_error feature_bayes_stopwords feature_blocklist_welcomelist feature_bug6558_free \
            feature_capture_rules feature_compile_regexp feature_dns_block_rule feature_dns_local_ports_permit_avoid \
            feature_dns_query_restriction feature_edns feature_geodb feature_get_host feature_header_address_parser \
            feature_header_first_last feature_header_match_many feature_local_tests_only feature_meta_rules_matching \
            feature_originating_ip_headers feature_registryboundaries feature_subjprefix feature_uri_host_listed \
            feature_welcomelist_blocklist feature_yesno_takes_args has_tflags_nolog has_tflags_nosubject \
            perl_min_version_5010000
            """),
        "Plugin::ASN": words("has_asn_geodb has_asn_lookup_ipv6 has_check_asn has_check_asn_tag"),
        "Plugin::AskDNS": words("has_tag_header"),
        "Plugin::BodyEval": words("has_check_body_length has_plaintext_body_sig_ratio"),
        "Plugin::DKIM": words("has_arc"),
        "Plugin::DNSEval": words("has_tflags_domains_only has_tflags_ips_only"),
        "Plugin::DecodeShortURLs": words(
            """
            has_autoclean has_clear has_get has_max_redirections has_short_url has_short_url_code has_short_url_redir \
            has_timeout has_user_agent
            """),
        "Plugin::HashBL": words(
            """
            has_hashbl_attachments has_hashbl_bodyre has_hashbl_bodyre_num has_hashbl_email_domain \
            has_hashbl_email_domain_alias has_hashbl_email_regex has_hashbl_email_welcomelist \
            has_hashbl_email_whitelist has_hashbl_emails has_hashbl_ignore has_hashbl_sha256 has_hashbl_tag \
            has_hashbl_uris
            """),
        "Plugin::MIMEEval": words(
            "has_check_abundant_unicode_ratio has_check_for_ascii_text_illegal has_check_qp_ratio"),
        "Plugin::MIMEHeader": words(
            "has_all_header has_capture_rules has_tflags_concat has_tflags_multiple has_tflags_range"),
        "Plugin::OLEVBMacro": words("has_olemacro_mhtml_uri has_olemacro_redirect_uri has_olertfobject"),
        "Plugin::Pyzor": words("has_fork has_perl"), "Plugin::Razor2": words("has_fork"),
        "Plugin::SPF": words("has_check_for_spf_errors has_check_spf_skipped_noenvfrom"),
        "Plugin::URIDNSBL": words(
            """
            has_subtest_for_ranges has_tflags_domains_only has_tflags_notrim has_uridnsbl_a_ns has_uridnsbl_for_a \
            has_uridnsbl_skip_mailto
            """),
        "Plugin::URIDetail": words("has_host_key"),
    ]

    private static func words(_ text: Substring) -> [Substring] { text.split(separator: " ") }
}
