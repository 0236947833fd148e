#!/bin/bash

__assay_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__assay_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__assay_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__assay_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_assay() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    replay|explain|query|label|diff|tune|report|check|rules|learn|sign|keygen|dmarc|dns|state|policy|transcript|logs|stages|quarantine|evidence|help)
        # Offer subcommand argument completions
        "_assay_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'replay explain query label diff tune report check rules learn sign keygen dmarc dns state policy transcript logs stages quarantine evidence help' -- "${cur}"))
        ;;
    esac
}

_assay_replay() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --scan --simulate --as-recorded --only-changed --redact --version -h --help)
    repeating_options=(--policy --logs)
    non_repeating_options=(--dns --dns-missing --trust-anchor --record-dns --format --output --case --write --label --labels --label-from --log-zone --log-year --since --until --jobs --state --save-state --max-message-size)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--record-dns')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    '--case')
        return
        ;;
    '--write')
        return
        ;;
    '--label')
        __assay_add_completions -W 'ham'$'\n''spam'
        return
        ;;
    '--labels')
        return
        ;;
    '--label-from')
        return
        ;;
    '--logs')
        return
        ;;
    '--log-zone')
        return
        ;;
    '--log-year')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--jobs')
        return
        ;;
    '--state')
        return
        ;;
    '--save-state')
        return
        ;;
    '--max-message-size')
        return
        ;;
    esac
}

_assay_explain() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --scan --as-recorded --redact --version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--dns --dns-missing --trust-anchor --record-dns --format --output --id --run)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--record-dns')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    '--id')
        return
        ;;
    '--run')
        return
        ;;
    esac
}

_assay_query() {
    repeating_flags=()
    non_repeating_flags=(--only-changed --redact --version -h --help)
    repeating_options=(--symbol --stage --disposition --address --domain --network --subject --label --message --session --then)
    non_repeating_options=(--since --until --export --run --limit --sql --timeout --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--symbol')
        return
        ;;
    '--stage')
        return
        ;;
    '--disposition')
        __assay_add_completions -W 'accept'$'\n''tag'$'\n''quarantine'$'\n''defer'$'\n''reject'$'\n''disconnect'$'\n''discard'
        return
        ;;
    '--address')
        return
        ;;
    '--domain')
        return
        ;;
    '--network')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--subject')
        return
        ;;
    '--label')
        __assay_add_completions -W 'ham'$'\n''spam'
        return
        ;;
    '--message')
        return
        ;;
    '--session')
        return
        ;;
    '--then')
        __assay_add_completions -W 'accepted'$'\n''refused'$'\n''unfinished'
        return
        ;;
    '--export')
        return
        ;;
    '--run')
        return
        ;;
    '--limit')
        return
        ;;
    '--sql')
        return
        ;;
    '--timeout')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'$'\n''csv'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_label() {
    repeating_flags=()
    non_repeating_flags=(--export --conflicts --list --version -h --help)
    repeating_options=(--policy --set)
    non_repeating_options=(--run --import --limit --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--run')
        return
        ;;
    '--set')
        return
        ;;
    '--import')
        return
        ;;
    '--limit')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_diff() {
    repeating_flags=()
    non_repeating_flags=(--recorded --recorded-auth --all --redact --version -h --help)
    repeating_options=(--policy --run --change --fail-if)
    non_repeating_options=(--label --symbol --limit --html --authserv-id --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--run')
        return
        ;;
    '--change')
        return
        ;;
    '--label')
        __assay_add_completions -W 'ham'$'\n''spam'
        return
        ;;
    '--symbol')
        return
        ;;
    '--fail-if')
        return
        ;;
    '--limit')
        return
        ;;
    '--html')
        return
        ;;
    '--authserv-id')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_tune() {
    repeating_flags=()
    non_repeating_flags=(--simulate --thresholds-only --weigh-neutral --version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--overlay --run --cost-ratio --refused-ham --cap --holdout --minimum-hits --state --by --direction --domain --limit --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--overlay')
        return
        ;;
    '--run')
        return
        ;;
    '--cost-ratio')
        return
        ;;
    '--refused-ham')
        return
        ;;
    '--cap')
        return
        ;;
    '--holdout')
        return
        ;;
    '--minimum-hits')
        return
        ;;
    '--state')
        return
        ;;
    '--by')
        __assay_add_completions -W 'direction'$'\n''domain'
        return
        ;;
    '--direction')
        __assay_add_completions -W 'inbound'$'\n''outbound'$'\n''local'
        return
        ;;
    '--domain')
        return
        ;;
    '--limit')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_report() {
    repeating_flags=()
    non_repeating_flags=(--compare --gzip --no-namespace --whole-message --redact --dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--html --json --csv --asn --looks --made --dmarc-aggregate --dmarc-failures --org-name --email --receiver --since --until --run --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--html')
        return
        ;;
    '--json')
        return
        ;;
    '--csv')
        return
        ;;
    '--asn')
        return
        ;;
    '--looks')
        return
        ;;
    '--made')
        return
        ;;
    '--dmarc-aggregate')
        return
        ;;
    '--dmarc-failures')
        return
        ;;
    '--org-name')
        return
        ;;
    '--email')
        return
        ;;
    '--receiver')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--run')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    spf|dkim|arc|dmarc|vbr|batv|authres|dnsbl|reverse|attachments)
        # Offer subcommand argument completions
        "_assay_check_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'spf dkim arc dmarc vbr batv authres dnsbl reverse attachments' -- "${cur}"))
        ;;
    esac
}

_assay_check_spf() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--ip --helo --mail-from --identity --receiver --best-guess --now --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--ip')
        return
        ;;
    '--helo')
        return
        ;;
    '--mail-from')
        return
        ;;
    '--identity')
        __assay_add_completions -W 'mailfrom'$'\n''helo'
        return
        ;;
    '--receiver')
        return
        ;;
    '--best-guess')
        return
        ;;
    '--now')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_dkim() {
    repeating_flags=()
    non_repeating_flags=(--legacy --dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--now --partial-body --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--now')
        return
        ;;
    '--partial-body')
        __assay_add_completions -W 'accept'$'\n''refuse'
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_arc() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--now --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--now')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_dmarc() {
    repeating_flags=()
    non_repeating_flags=(--tree-walk --dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--ip --helo --mail-from --now --public-suffix-list --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--ip')
        return
        ;;
    '--helo')
        return
        ;;
    '--mail-from')
        return
        ;;
    '--now')
        return
        ;;
    '--public-suffix-list')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_vbr() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --version -h --help)
    repeating_options=(--certifier --policy)
    non_repeating_options=(--ip --helo --mail-from --now --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--ip')
        return
        ;;
    '--helo')
        return
        ;;
    '--mail-from')
        return
        ;;
    '--certifier')
        return
        ;;
    '--now')
        return
        ;;
    '--policy')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_batv() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    sign|verify)
        # Offer subcommand argument completions
        "_assay_check_batv_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'sign verify' -- "${cur}"))
        ;;
    esac
}

_assay_check_batv_sign() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--key --key-number --lifetime --now --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--key')
        return
        ;;
    '--key-number')
        return
        ;;
    '--lifetime')
        return
        ;;
    '--now')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_batv_verify() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--key --key-number)
    non_repeating_options=(--lifetime --now --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--key')
        return
        ;;
    '--key-number')
        return
        ;;
    '--lifetime')
        return
        ;;
    '--now')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_authres() {
    repeating_flags=()
    non_repeating_flags=(--strict --version -h --help)
    repeating_options=()
    non_repeating_options=(--format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_dnsbl() {
    repeating_flags=()
    non_repeating_flags=(--self-test --dnssec --version -h --help)
    repeating_options=(--zone --policy)
    non_repeating_options=(--ip --now --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--ip')
        return
        ;;
    '--zone')
        return
        ;;
    '--now')
        return
        ;;
    '--policy')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_reverse() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--ip --helo --mail-from --now --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--ip')
        return
        ;;
    '--helo')
        return
        ;;
    '--mail-from')
        return
        ;;
    '--now')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_check_attachments() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--depth --files --mebibytes --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--depth')
        return
        ;;
    '--files')
        return
        ;;
    '--mebibytes')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_rules() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    check|list|hits|why|view)
        # Offer subcommand argument completions
        "_assay_rules_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'check list hits why view' -- "${cur}"))
        ;;
    esac
}

_assay_rules_check() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--rules --trusted)
    non_repeating_options=(--score-set --cache --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--rules')
        return
        ;;
    '--trusted')
        return
        ;;
    '--score-set')
        return
        ;;
    '--cache')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_rules_list() {
    repeating_flags=()
    non_repeating_flags=(--parts --version -h --help)
    repeating_options=(--rules --trusted)
    non_repeating_options=(--score-set --cache --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--rules')
        return
        ;;
    '--trusted')
        return
        ;;
    '--score-set')
        return
        ;;
    '--cache')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_rules_hits() {
    repeating_flags=()
    non_repeating_flags=(--parts --version -h --help)
    repeating_options=(--rules --trusted)
    non_repeating_options=(--now --score-set --cache --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--now')
        return
        ;;
    '--rules')
        return
        ;;
    '--trusted')
        return
        ;;
    '--score-set')
        return
        ;;
    '--cache')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_rules_why() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--rules --trusted)
    non_repeating_options=(--now --score-set --cache --format --output)
    __assay_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--now')
        return
        ;;
    '--rules')
        return
        ;;
    '--trusted')
        return
        ;;
    '--score-set')
        return
        ;;
    '--cache')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_rules_view() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--rules --trusted)
    non_repeating_options=(--score-set --cache --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--rules')
        return
        ;;
    '--trusted')
        return
        ;;
    '--score-set')
        return
        ;;
    '--cache')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_learn() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    ham|spam|forget|status|judge|refit)
        # Offer subcommand argument completions
        "_assay_learn_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'ham spam forget status judge refit' -- "${cur}"))
        ;;
    esac
}

_assay_learn_ham() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--since --until --model --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--model')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_learn_spam() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--since --until --model --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--model')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_learn_forget() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--since --until --model --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--model')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_learn_status() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--model --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--model')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_learn_judge() {
    repeating_flags=()
    non_repeating_flags=(--evidence --version -h --help)
    repeating_options=()
    non_repeating_options=(--model --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--model')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_learn_refit() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--model)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--model')
        return
        ;;
    esac
}

_assay_sign() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    dkim|arc)
        # Offer subcommand argument completions
        "_assay_sign_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'dkim arc' -- "${cur}"))
        ;;
    esac
}

_assay_sign_dkim() {
    repeating_flags=()
    non_repeating_flags=(--length --copy-headers --version -h --help)
    repeating_options=(--selector --key)
    non_repeating_options=(--domain --identity --canonicalization --headers --oversign --expires --now --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--domain')
        return
        ;;
    '--selector')
        return
        ;;
    '--key')
        return
        ;;
    '--identity')
        return
        ;;
    '--canonicalization')
        return
        ;;
    '--headers')
        return
        ;;
    '--oversign')
        return
        ;;
    '--expires')
        return
        ;;
    '--now')
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_sign_arc() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --version -h --help)
    repeating_options=(--selector --key)
    non_repeating_options=(--domain --authserv-id --results --chain --headers --now --dns --dns-missing --trust-anchor --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--domain')
        return
        ;;
    '--selector')
        return
        ;;
    '--key')
        return
        ;;
    '--authserv-id')
        return
        ;;
    '--results')
        return
        ;;
    '--chain')
        __assay_add_completions -W 'none'$'\n''pass'$'\n''fail'
        return
        ;;
    '--headers')
        return
        ;;
    '--now')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_keygen() {
    repeating_flags=()
    non_repeating_flags=(--testing --strict --force --version -h --help)
    repeating_options=()
    non_repeating_options=(--domain --selector --type --bits --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--domain')
        return
        ;;
    '--selector')
        return
        ;;
    '--type')
        __assay_add_completions -W 'rsa'$'\n''ed25519'
        return
        ;;
    '--bits')
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_dmarc() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    import|policy)
        # Offer subcommand argument completions
        "_assay_dmarc_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'import policy' -- "${cur}"))
        ;;
    esac
}

_assay_dmarc_import() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--case --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--case')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_dmarc_policy() {
    repeating_flags=()
    non_repeating_flags=(--tree-walk --dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--record --now --public-suffix-list --dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--record')
        return
        ;;
    '--now')
        return
        ;;
    '--public-suffix-list')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_dns() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    lookup|record|show)
        # Offer subcommand argument completions
        "_assay_dns_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'lookup record show' -- "${cur}"))
        ;;
    esac
}

_assay_dns_lookup() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--dns --dns-missing --trust-anchor --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_dns_record() {
    repeating_flags=()
    non_repeating_flags=(--dnssec --version -h --help)
    repeating_options=()
    non_repeating_options=(--names --dns --dns-missing --trust-anchor --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--names')
        return
        ;;
    '--dns')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--trust-anchor')
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_dns_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--at --dns-missing --format --output)
    __assay_offer_flags_options 3

    # Offer option value completions
    case "${prev}" in
    '--at')
        return
        ;;
    '--dns-missing')
        __assay_add_completions -W 'unrecorded'$'\n''nxdomain'
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_state() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|get|set|clear|export|import|learn)
        # Offer subcommand argument completions
        "_assay_state_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list get set clear export import learn' -- "${cur}"))
        ;;
    esac
}

_assay_state_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--state --state-prefix --stage --kind --address --domain --mail --at --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--state')
        return
        ;;
    '--state-prefix')
        return
        ;;
    '--policy')
        return
        ;;
    '--stage')
        return
        ;;
    '--kind')
        return
        ;;
    '--address')
        return
        ;;
    '--domain')
        return
        ;;
    '--mail')
        return
        ;;
    '--at')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_state_get() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--state --state-prefix --at --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--state')
        return
        ;;
    '--state-prefix')
        return
        ;;
    '--policy')
        return
        ;;
    '--at')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_state_set() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--for --until --state --state-prefix)
    __assay_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--for')
        return
        ;;
    '--until')
        return
        ;;
    '--state')
        return
        ;;
    '--state-prefix')
        return
        ;;
    '--policy')
        return
        ;;
    esac
}

_assay_state_clear() {
    repeating_flags=()
    non_repeating_flags=(--all --yes --dry-run --version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--stage --kind --address --domain --mail --state --state-prefix)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--stage')
        return
        ;;
    '--kind')
        return
        ;;
    '--address')
        return
        ;;
    '--domain')
        return
        ;;
    '--mail')
        return
        ;;
    '--state')
        return
        ;;
    '--state-prefix')
        return
        ;;
    '--policy')
        return
        ;;
    esac
}

_assay_state_export() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--state --state-prefix --stage --kind --address --domain --mail --at --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--state')
        return
        ;;
    '--state-prefix')
        return
        ;;
    '--policy')
        return
        ;;
    '--stage')
        return
        ;;
    '--kind')
        return
        ;;
    '--address')
        return
        ;;
    '--domain')
        return
        ;;
    '--mail')
        return
        ;;
    '--at')
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_state_import() {
    repeating_flags=()
    non_repeating_flags=(--keep --version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--state --state-prefix)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--state')
        return
        ;;
    '--state-prefix')
        return
        ;;
    '--policy')
        return
        ;;
    esac
}

_assay_state_learn() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--subject --policy)
    non_repeating_options=(--zone --before --state --state-prefix)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--subject')
        __assay_add_completions -W 'logins'$'\n''failures'$'\n''recipients'
        return
        ;;
    '--zone')
        return
        ;;
    '--before')
        return
        ;;
    '--state')
        return
        ;;
    '--state-prefix')
        return
        ;;
    '--policy')
        return
        ;;
    esac
}

_assay_policy() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    check|show|init)
        # Offer subcommand argument completions
        "_assay_policy_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'check show init' -- "${cur}"))
        ;;
    esac
}

_assay_policy_check() {
    repeating_flags=()
    non_repeating_flags=(--strict --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options -1
}

_assay_policy_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=()
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    esac
}

_assay_policy_init() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 1
}

_assay_transcript() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|import)
        # Offer subcommand argument completions
        "_assay_transcript_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show import' -- "${cur}"))
        ;;
    esac
}

_assay_transcript_show() {
    repeating_flags=()
    non_repeating_flags=(--answers --version -h --help)
    repeating_options=()
    non_repeating_options=(--session --zone --year --client --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--session')
        return
        ;;
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--client')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_transcript_import() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--zone --year --client --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--client')
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_logs() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    summary|trace|timeline|join|follow|import)
        # Offer subcommand argument completions
        "_assay_logs_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'summary trace timeline join follow import' -- "${cur}"))
        ;;
    esac
}

_assay_logs_summary() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--zone --year --since --until --format --output --html --rows)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    '--html')
        return
        ;;
    '--rows')
        return
        ;;
    esac
}

_assay_logs_trace() {
    repeating_flags=()
    non_repeating_flags=(--raw --version -h --help)
    repeating_options=()
    non_repeating_options=(--zone --year --since --until --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_logs_timeline() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--zone --year --since --until --format --output --by)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    '--by')
        __assay_add_completions -W 'minute'$'\n''hour'$'\n''day'
        return
        ;;
    esac
}

_assay_logs_join() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--zone --year --since --until --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_logs_follow() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--about --last --zone --year --since --until --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--about')
        return
        ;;
    '--last')
        return
        ;;
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_logs_import() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--case --zone --year --since --until)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--case')
        return
        ;;
    '--zone')
        return
        ;;
    '--year')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    esac
}

_assay_stages() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|show)
        # Offer subcommand argument completions
        "_assay_stages_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list show' -- "${cur}"))
        ;;
    esac
}

_assay_stages_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_stages_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_quarantine() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|show|release|delete|digest|check|rebuild)
        # Offer subcommand argument completions
        "_assay_quarantine_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list show release delete digest check rebuild' -- "${cur}"))
        ;;
    esac
}

_assay_quarantine_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--folder --since --until --from --symbol --subject --to --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--folder')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--from')
        return
        ;;
    '--symbol')
        return
        ;;
    '--subject')
        return
        ;;
    '--to')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_quarantine_show() {
    repeating_flags=()
    non_repeating_flags=(--raw --version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--folder --format --output)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--folder')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_quarantine_release() {
    repeating_flags=()
    non_repeating_flags=(--again --delete --yes --version -h --help)
    repeating_options=(--policy --recipient)
    non_repeating_options=(--folder --to-server --to --since --until --from --symbol --subject --for --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--folder')
        return
        ;;
    '--to-server'|'--to')
        return
        ;;
    '--recipient')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--from')
        return
        ;;
    '--symbol')
        return
        ;;
    '--subject')
        return
        ;;
    '--for')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_quarantine_delete() {
    repeating_flags=()
    non_repeating_flags=(--released --yes --version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--folder --older-than --since --until --from --symbol --subject --to --format --output)
    __assay_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--folder')
        return
        ;;
    '--older-than')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--from')
        return
        ;;
    '--symbol')
        return
        ;;
    '--subject')
        return
        ;;
    '--to')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_quarantine_digest() {
    repeating_flags=()
    non_repeating_flags=(--send --version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--folder --since --until --from --symbol --subject --to --last --sender --write --to-server --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--folder')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--from')
        return
        ;;
    '--symbol')
        return
        ;;
    '--subject')
        return
        ;;
    '--to')
        return
        ;;
    '--last')
        return
        ;;
    '--sender')
        return
        ;;
    '--write')
        return
        ;;
    '--to-server')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_quarantine_check() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--folder --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--folder')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_quarantine_rebuild() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--policy)
    non_repeating_options=(--folder --format --output)
    __assay_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--policy')
        return
        ;;
    '--folder')
        return
        ;;
    '--format')
        __assay_add_completions -W 'text'$'\n''ndjson'
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_assay_evidence() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    verify)
        # Offer subcommand argument completions
        "_assay_evidence_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'verify' -- "${cur}"))
        ;;
    esac
}

_assay_evidence_verify() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--manifest)
    __assay_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--manifest')
        return
        ;;
    esac
}

_assay_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __assay_offer_flags_options -1
}

complete -o filenames -F _assay assay
