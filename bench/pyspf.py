"""Checks the clients of `bench spf` with pyspf, DNS answers from a dictionary, and prints the processor time.

usage: pyspf.py ZONE COUNT; a line of ZONE is `name TYPE data`."""
import sys
import time

import spf

CLIENTS = ("192.0.2.10", "198.51.100.7", "198.51.100.25", "203.0.113.5", "203.0.113.200")


def read(path):
    zone = {}
    with open(path) as file:
        for line in file:
            name, kind, data = line.strip().split(" ", 2)
            if kind == "TXT":
                value = [data.strip('"').encode()]
            elif kind == "MX":
                preference, host = data.split()
                value = (int(preference), host.rstrip("."))
            else:
                value = data
            zone.setdefault((name, kind), []).append(((name, kind), value))
    return zone


def main():
    zone = read(sys.argv[1])
    spf.DNSLookup = lambda name, kind, *_, **__: zone.get((name.lower().rstrip("."), kind), [])
    counts = {}
    start = time.process_time()
    rounds = int(sys.argv[2])
    for _ in range(rounds):
        for client in CLIENTS:
            result = spf.check2(i=client, s="user@example.com", h="mail.example.com")[0]
            counts[result] = counts.get(result, 0) + 1
    spent = time.process_time() - start
    print(f"checks {rounds * len(CLIENTS)} pass {counts.get('pass', 0)} fail {counts.get('fail', 0)} cpu {spent}")


if __name__ == "__main__":
    main()
