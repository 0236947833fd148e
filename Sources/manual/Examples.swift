/// Uses worth showing, by page. Paths are those of the package, so that each can be tried.
enum Examples {
    /// A purpose and the command that serves it.
    struct Example {
        let purpose: String
        let lines: [String]
    }

    private static let inputs = [
        "    --policy fixtures/policy.yaml \\", "    --dns snapshot:fixtures/dns.snapshot.ndjson",
    ]

    static let byPage: [String: [Example]] = [
        "assay": [
            Example(
                purpose: "What a policy makes of an archive:", lines: ["assay replay fixtures/archive \\"] + inputs),
            Example(
                purpose: "Why the 25th message of an mbox file would have been refused:",
                lines: ["assay explain 'fixtures/archive/inbound.mbox#25' \\"] + inputs),
        ],
        "assay-replay": [
            Example(
                purpose: "Count dispositions and findings, ham and spam apart:",
                lines: ["assay replay fixtures/archive --labels fixtures/labels.tsv \\"] + inputs),
            Example(
                purpose: "The ids of messages that would have been refused, with jq(1):",
                lines: [
                    "assay replay --format ndjson fixtures/archive |",
                    "    jq -r 'select(.verdict.disposition == \"reject\") | .id'",
                ]),
            Example(
                purpose: "A month of a Maildir, on two cores:",
                lines: ["assay replay --since 2024-05-01 --until 2024-06-01 --jobs 2 ~/Maildir"]),
        ],
        "assay-explain": [
            Example(
                purpose: "The story of a message, by its number and by the first digits of its id:",
                lines: [
                    "assay explain 'fixtures/archive/inbound.mbox#25'",
                    "assay explain fixtures/archive/inbound.mbox --id 894a09b9",
                ])
        ],
        "assay-check-spf": [
            Example(
                purpose: "Whether an address might send for a domain on a day in the past:",
                lines: [
                    "assay check spf --ip 203.0.113.200 --mail-from it@company.example \\",
                    "    --now 2024-05-03 --dns snapshot:fixtures/dns.snapshot.ndjson",
                ])
        ],
        "assay-check-dkim": [
            Example(
                purpose: "The signatures of one message of an archive:",
                lines: [
                    "assay check dkim 'fixtures/archive/inbound.mbox#4' \\",
                    "    --now 2024-04-24 --dns snapshot:fixtures/dns.snapshot.ndjson",
                ])
        ],
        "assay-state": [
            Example(
                purpose: "Why a sender has to wait, and let it pass from now on:",
                lines: [
                    "assay state list --policy policy.yaml --mail ann@client.example",
                    "assay state clear --policy policy.yaml --mail ann@client.example",
                ]),
            Example(
                purpose: "Move what one agent remembers to a server that several share:",
                lines: [
                    "assay state export --state sqlite:/var/lib/assayd/state.db |",
                    "    assay state import - --state redis://10.0.0.5:6379/0",
                ]),
            Example(
                purpose: "What greylisting would have done, from what it remembers today:",
                lines: [
                    "assay replay --simulate --policy policy.yaml \\",
                    "    --state sqlite:/var/lib/assayd/state.db ~/Maildir",
                ]),
        ],
        "assay-policy-check": [
            Example(
                purpose: "Before a policy goes into force:",
                lines: ["assay policy check /etc/assay/policy.yaml && echo fine"])
        ],
        "assay-policy-init": [
            Example(purpose: "A file to begin with:", lines: ["assay policy init policy.yaml"])
        ],
        "assay-policy-show": [
            Example(
                purpose: "Everything that is not at its default:",
                lines: ["assay policy show fixtures/policy.yaml | grep -v '(default)$'"])
        ],
        "assay-stages-show": [
            Example(purpose: "What greylisting can be told:", lines: ["assay stages show greylist"])
        ],
    ]
}
