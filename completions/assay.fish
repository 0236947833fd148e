function __assay_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __assay_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __assay_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __assay_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __assay_parse_tokens -S
    set -l unparsed_tokens (__assay_tokens -pc)
    switch $unparsed_tokens[1]
    case 'assay'
        __assay_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'replay'
            __assay_parse_subcommand -r 1 'policy=+' 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'record-dns=' 'format=' 'output=' 'case=' 'label=' 'labels=' 'since=' 'until=' 'jobs=' 'simulate' 'max-message-size=' 'version' 'h/help'
        case 'explain'
            __assay_parse_subcommand 1 'policy=+' 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'record-dns=' 'format=' 'output=' 'id=' 'run=' 'version' 'h/help'
        case 'query'
            __assay_parse_subcommand 1 'symbol=' 'stage=' 'disposition=' 'address=' 'domain=' 'network=' 'since=' 'until=' 'subject=' 'label=' 'run=' 'limit=' 'sql=' 'timeout=' 'format=' 'output=' 'version' 'h/help'
        case 'check'
            __assay_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'spf'
                __assay_parse_subcommand 0 'ip=' 'helo=' 'mail-from=' 'now=' 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'format=' 'output=' 'version' 'h/help'
            case 'dkim'
                __assay_parse_subcommand 1 'now=' 'legacy' 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'format=' 'output=' 'version' 'h/help'
            case 'dnsbl'
                __assay_parse_subcommand 0 'ip=' 'zone=+' 'self-test' 'now=' 'policy=+' 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'format=' 'output=' 'version' 'h/help'
            case 'reverse'
                __assay_parse_subcommand 0 'ip=' 'helo=' 'mail-from=' 'now=' 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'format=' 'output=' 'version' 'h/help'
            end
        case 'dns'
            __assay_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'lookup'
                __assay_parse_subcommand -r 2 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'format=' 'output=' 'version' 'h/help'
            case 'record'
                __assay_parse_subcommand -r 1 'names=' 'dns=' 'dns-missing=' 'dnssec' 'trust-anchor=' 'output=' 'version' 'h/help'
            case 'show'
                __assay_parse_subcommand 3 'at=' 'dns-missing=' 'format=' 'output=' 'version' 'h/help'
            end
        case 'policy'
            __assay_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'check'
                __assay_parse_subcommand -r 1 'version' 'h/help'
            case 'show'
                __assay_parse_subcommand -r 1 'policy=+' 'version' 'h/help'
            case 'init'
                __assay_parse_subcommand 1 'version' 'h/help'
            end
        case 'stages'
            __assay_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __assay_parse_subcommand 0 'format=' 'output=' 'version' 'h/help'
            case 'show'
                __assay_parse_subcommand 1 'format=' 'output=' 'version' 'h/help'
            end
        case 'help'
            __assay_parse_subcommand -r 1 'version'
        end
    end
end

function __assay_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __assay_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __assay_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __assay_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__assay_tokens -p)
    if test -z "$(__assay_tokens -t)"
        set -l index (count (__assay_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'assay' -f
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'replay' -d 'Replay archived mail and tell what the policy makes of it.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'explain' -d 'Tell the story of one message: why it meets the verdict it does.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'query' -d 'Ask a case file which messages met what.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'check' -d 'Ask one method about one message, session or address.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'dns' -d 'Ask the DNS, record its answers, or look into a recording.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'policy' -d 'Check, show or start a policy.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'stages' -d 'List the stages, or show one: what it looks at, finds and can be told.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay"' -l 'policy' -d 'A policy file; repeat it to overlay files, later ones winning. Without one the built-in defaults hold.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" dns' -l 'dns' -d 'Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" record-dns' -l 'record-dns' -d 'Write the DNS answers that were used to this file, as a snapshot, compressed when its name ends in .zst; --dns snapshot:FILE then gives the same results again.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" case' -l 'case' -d 'Keep what is found in this case file (SQLite; assay-case(5)).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" label' -l 'label' -d 'Say that all messages are ham or spam.' -rfka 'ham spam'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" labels' -l 'labels' -d 'A tab-separated file of message ids (sha256:…) and labels (ham or spam).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" since' -l 'since' -d 'Leave out messages from before this time (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" until' -l 'until' -d 'Leave out messages from this time on (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" jobs' -l 'jobs' -d 'Messages screened at the same time; as many as there are processors when left out.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" simulate' -l 'simulate' -d 'Start from empty state and replay in time order: what greylisting and other stages that remember would have done.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" max-message-size' -l 'max-message-size' -d 'Pass over larger messages, and say so; in bytes.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay replay" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain"' -l 'policy' -d 'A policy file; repeat it to overlay files, later ones winning. Without one the built-in defaults hold.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" dns' -l 'dns' -d 'Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" record-dns' -l 'record-dns' -d 'Write the DNS answers that were used to this file, as a snapshot, compressed when its name ends in .zst; --dns snapshot:FILE then gives the same results again.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" id' -l 'id' -d 'The id of the message (sha256:…, or its first digits), of those in an archive.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" run' -l 'run' -d 'The run of a case file; the last one when left out.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay explain" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" symbol' -l 'symbol' -d 'Messages with this symbol.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" stage' -l 'stage' -d 'Messages in which this stage found something.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" disposition' -l 'disposition' -d 'Messages that met this fate.' -rfka 'accept tag quarantine defer reject disconnect discard'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" address' -l 'address' -d 'Messages from or to this address, in the envelope or in From.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" domain' -l 'domain' -d 'Messages from or to an address in this domain or below it, in the envelope or in From.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" network' -l 'network' -d 'Messages whose client lies in this network (CIDR).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" since' -l 'since' -d 'Messages from this time on (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" until' -l 'until' -d 'Messages from before this time (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" subject' -l 'subject' -d 'Messages with this text in the Subject, whatever its case.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" label' -l 'label' -d 'Messages with this label.' -rfka 'ham spam'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" run' -l 'run' -d 'The run that is asked; the last finished one when left out.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" limit' -l 'limit' -d 'No more rows than this; 1000 for text when left out.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" sql' -l 'sql' -d 'Answer this SELECT instead.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" timeout' -l 'timeout' -d 'Give up after this many seconds.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" format' -l 'format' -d 'The form of the output: a table for people, ndjson (one JSON object a line) or csv for programs.' -rfka 'text ndjson csv'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay query" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay check" -eq 1' -fa 'spf' -d 'Tell whether a client may send for a domain (RFC 7208).'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay check" -eq 1' -fa 'dkim' -d 'Verify the DKIM signatures of a message (RFC 6376).'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay check" -eq 1' -fa 'dnsbl' -d 'Tell which DNS lists have an address (RFC 5782), or test the lists themselves.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay check" -eq 1' -fa 'reverse' -d 'Look up the name of an address, a HELO name and the domain of a reverse-path.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" ip' -l 'ip' -d 'The client\'s address.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" helo' -l 'helo' -d 'The name the client gave in HELO or EHLO.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" mail-from' -l 'mail-from' -d 'The reverse-path.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" now' -l 'now' -d 'The time of the check (RFC 3339).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" dns' -l 'dns' -d 'Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check spf" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" now' -l 'now' -d 'The time of the check (RFC 3339).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" legacy' -l 'legacy' -d 'Accept SHA-1 and RSA keys from 512 bits, as before RFC 8301.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" dns' -l 'dns' -d 'Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dkim" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" ip' -l 'ip' -d 'The address to look for.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl"' -l 'zone' -d 'A zone to ask, all of its return codes counting; may be repeated.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" self-test' -l 'self-test' -d 'Test the lists with the addresses reserved for it.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" now' -l 'now' -d 'The time of the check (RFC 3339).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl"' -l 'policy' -d 'A policy file; repeat it to overlay files, later ones winning. Without one the built-in defaults hold.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" dns' -l 'dns' -d 'Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check dnsbl" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" ip' -l 'ip' -d 'The client\'s address.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" helo' -l 'helo' -d 'The name the client gave in HELO or EHLO.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" mail-from' -l 'mail-from' -d 'The reverse-path, or its domain alone.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" now' -l 'now' -d 'The time of the check (RFC 3339).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" dns' -l 'dns' -d 'Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay check reverse" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay dns" -eq 1' -fa 'lookup' -d 'Ask the DNS, the way a replay or the proxy asks.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay dns" -eq 1' -fa 'record' -d 'Ask the DNS and keep the answers as a snapshot.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay dns" -eq 1' -fa 'show' -d 'Show what a DNS snapshot holds, or what it answers at a moment.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" dns' -l 'dns' -d 'Whom to ask: system (the servers of /etc/resolv.conf), server:HOST:PORT, zone:FILE (a master file), or snapshot:FILE (a recording).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns lookup" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" names' -l 'names' -d 'Take names, with types or without, from the lines of this file.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" dns' -l 'dns' -d 'Whom to ask: system (the servers of /etc/resolv.conf), server:HOST:PORT, zone:FILE (a master file), or snapshot:FILE (a recording).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" dnssec' -l 'dnssec' -d 'Validate answers with DNSSEC; live DNS only.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" trust-anchor' -l 'trust-anchor' -d 'The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the root\'s.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" output' -l 'output' -d 'Write the snapshot to this file instead of standard output, compressed when its name ends in .zst.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns record" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns show" at' -l 'at' -d 'Show the answers as of this time (RFC 3339, or a date).' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns show" dns-missing' -l 'dns-missing' -d 'What a name that is absent from a snapshot means: unrecorded or nxdomain.' -rfka 'unrecorded nxdomain'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns show" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns show" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns show" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay dns show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay policy" -eq 1' -fa 'check' -d 'Tell every mistake in policy files, each with its place.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay policy" -eq 1' -fa 'show' -d 'Print the policy in force, each value with where it comes from.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay policy" -eq 1' -fa 'init' -d 'Write a policy file with every setting, its default and what it does.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy check" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy show"' -l 'policy' -d 'A policy file; repeat it to overlay files, later ones winning. Without one the built-in defaults hold.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy show" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy init" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay policy init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay stages" -eq 1' -fa 'list' -d 'List the stages in the order in which they run.'
complete -c 'assay' -n '__assay_should_offer_completions_for_positional "assay stages" -eq 1' -fa 'show' -d 'Show one stage.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages list" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages list" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages list" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages show" format' -l 'format' -d 'The form of the output: text for people, ndjson for programs (one JSON object a line).' -rfka 'text ndjson'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages show" output' -l 'output' -d 'Write to this file instead of standard output.' -rfka ''
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages show" version' -l 'version' -d 'Show the version.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay stages show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'assay' -n '__assay_should_offer_completions_for_flags_or_options "assay help" version' -l 'version' -d 'Show the version.'
