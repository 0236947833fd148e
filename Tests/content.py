#!/usr/bin/env python3
"""Sends mail of real archives through assayd under rules that change messages, and looks at what arrives.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import argparse
import email
import email.policy
import mailbox
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import FAILED, Agent, Hop, check  # noqa: E402

RULES = """
stages:
  content-filter:
    rules:
      - name: files
        when:
          - {in: attachment-name}
        actions:
          - {do: strip, text: "Taken out: $ATTACHMENTS$"}
          - {do: add-header, name: X-Stripped, value: "$ATTACHMENTS$"}
      - name: footer
        actions:
          - {do: disclaimer, text: "-- \\nGeprüft für $RECIPIENT$"}
          - {do: delete-header, name: X-Mailer}
      - name: accounts
        when:
          - {in: subject, contains: invoice}
        actions:
          - {do: copy, to: accounts@local.example}
        then: next
      - name: held
        when:
          - {in: subject, contains: redirect me}
        actions:
          - {do: redirect, to: postmaster@local.example}
  spf: {enabled: false}
  dkim: {enabled: false}
  dmarc: {enabled: false}
  arc: {enabled: false}
"""


def leaves(message):
    return [part for part in message.walk() if not part.is_multipart()]


def invented(program, folder):
    """Messages made for the purpose: recipients, texts, files."""
    hop = Hop()
    agent = Agent(program, folder, [hop.port], policy=RULES)
    try:
        message = email.message.EmailMessage(policy=email.policy.SMTP)
        message["From"], message["To"] = "ann@partner.example", "eva@local.example"
        message["Subject"], message["X-Mailer"] = "your invoice", "Old 1.0"
        message.set_content("Grüße\n")
        message.add_alternative("<html><body><p>Grüße</p></body></html>", subtype="html")
        message.add_attachment(b"MZ\0\1", maintype="application", subtype="octet-stream", filename="a.exe")
        client = agent.client()
        client.sendmail("ann@partner.example", ["eva@local.example"], message.as_bytes())
        arrived = email.message_from_bytes(hop.messages[-1], policy=email.policy.default)
        recipients = [line.strip() for line in hop.lines if line.upper().startswith(b"RCPT")]
        check("a copy goes to one more recipient", recipients[-1] == b"RCPT TO:<accounts@local.example>", recipients)
        check("the first recipient stays", recipients[-2].startswith(b"RCPT TO:<eva@local.example>"), recipients)
        plain, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
        check("the plain text has the footer", plain.get_content().rstrip().endswith("Geprüft für eva@local.example"),
              plain.get_content())
        check("the HTML has it inside the body", "eva@local.example</div></body>" in "".join(html.get_content().split("\n")).replace("\r", ""),
              html.get_content())
        check("a note stands for the file", any("Taken out: a.exe" in str(part.get_content()) for part in leaves(arrived)
                                                if part.get_content_type() == "text/plain"))
        check("the file is gone", b"TVoAAQ" not in hop.messages[-1])
        check("a field tells of it", arrived["X-Stripped"] == "a.exe", arrived["X-Stripped"])
        check("a field is gone", arrived["X-Mailer"] is None)

        message.replace_header("Subject", "invoice: redirect me")
        before = len(hop.lines)
        client.sendmail("ann@partner.example", ["eva@local.example", "bob@local.example"], message.as_bytes())
        verbs = [line.strip().split(b" BODY")[0] for line in hop.lines[before:]]
        restart = verbs.index(b"RSET")
        check("a redirected message starts anew, and its copy goes too", verbs[restart + 1:restart + 5] == [
            b"MAIL FROM:<ann@partner.example>", b"RCPT TO:<postmaster@local.example>",
            b"RCPT TO:<accounts@local.example>", b"DATA"], verbs)
        client.quit()
    finally:
        agent.stop()
        hop.end()

    def refusing(verb, line):
        if verb == "RCPT" and b"accounts@" in line:
            return b"550 5.1.1 no such user\r\n"
        return None if verb is None else Hop.usual(verb)

    hop = Hop(refusing)
    agent = Agent(program, folder, [hop.port], policy=RULES)
    try:
        client = agent.client()
        try:
            client.sendmail("ann@partner.example", ["eva@local.example"], b"Subject: invoice\r\n\r\nx\r\n")
            code = 250
        except Exception as error:  # noqa: BLE001
            code = getattr(error, "smtp_code", error)
        check("what cannot go where policy wants it is asked for again", code == 451, code)
        check("and has not gone anywhere else", not hop.messages, len(hop.messages))
    finally:
        agent.stop()
        hop.end()


def archived(program, folder, shared, count):
    """Real mail: all that arrives parses, and what no rule names is as it was sent."""
    source = os.path.join(shared, "corpora", "phishing_pot", "spam.mbox.zst")
    if not os.path.exists(source):
        print(f"skipped: {source} is not there (ASSAY_SHARED)")
        sys.exit(77)
    names = ["phishing_pot/spam", "spamassassin/ham", "csdmc2010/ham", "list_usrp/ham"]
    hop = Hop()
    agent = Agent(program, folder, [hop.port], policy=RULES)
    sent = []
    try:
        client = agent.client()
        for name in names:
            path = os.path.join(folder, name.replace("/", "-"))
            with open(path, "wb") as file:
                subprocess.run(["zstd", "-dc", os.path.join(shared, "corpora", name + ".mbox.zst")], stdout=file, check=True)
            box = mailbox.mbox(path)
            for key in list(box.keys())[:count // len(names)]:
                raw = box.get_bytes(key).replace(b"\r\n", b"\n")
                if b"\r" in raw or b"\0" in raw:
                    continue
                raw = raw.replace(b"\n", b"\r\n")
                client.sendmail("ann@partner.example", ["eva@local.example"], raw)
                sent.append(raw)
        client.quit()
    finally:
        agent.stop()
        hop.end()
    check(f"{len(sent)} messages arrive, each once", len(hop.messages) == len(sent), len(hop.messages))
    changed, altered, unparsed = 0, [], []
    for raw, got in zip(sent, hop.messages):
        changed += raw.strip() != got.strip()
        before, after = email.message_from_bytes(raw), email.message_from_bytes(got)
        if [str(d) for d in after.defects] != [str(d) for d in before.defects]:
            unparsed.append(before["Subject"])
        kept = [part.get_payload() for part in leaves(after)]
        for part in leaves(before):
            isText = part.get_content_type() in ("text/plain", "text/html", "text/plain")
            isFile = part.get_filename() is not None or part.get_content_disposition() == "attachment"
            if not isText and not isFile and part.get_payload() not in kept:
                altered.append((before["Subject"], part.get_content_type()))
    check("all parse as they did before", not unparsed, unparsed[:3])
    check("parts that no rule names are as they were sent", not altered, altered[:3])
    print(f"{changed} of {len(sent)} messages changed")
    check("most messages are changed", changed > len(sent) * 0.8, changed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--shared", default=os.environ.get("ASSAY_SHARED", "../shared"))
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("parts", nargs="*", choices=["invented", "archived", []])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for part in arguments.parts or ["invented", "archived"]:
            if part == "invented":
                invented(arguments.assayd, folder)
            else:
                archived(arguments.assayd, folder, arguments.shared, arguments.messages)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
