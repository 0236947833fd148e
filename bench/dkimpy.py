"""Verifies the first messages of an mbox with dkimpy, all of them with one key, and prints the processor time of that
alone. usage: dkimpy.py MBOX KEY-RECORD COUNT"""
import re
import sys
import time

import dkim

path, record, count = sys.argv[1], sys.argv[2].encode(), int(sys.argv[3])
with open(path, "rb") as file:
    messages = re.split(rb"^From [^\n]*\n", file.read(), flags=re.MULTILINE)[1 : count + 1]
messages = [message[:-1].replace(b"\n", b"\r\n") for message in messages]
start = time.process_time()
passed = sum(dkim.verify(message, dnsfunc=lambda name, timeout=5: record) for message in messages)
print(f"messages {len(messages)} passed {passed} cpu {time.process_time() - start}")
