"""What idle connections to assayd take: for `make soak` and for `make bench`."""
import resource
import socket
import time


def resident(pid):
    """Octets of a process's own, and its share of what it shares."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


class Idle:
    """Connections that have said EHLO, so that each has one to the next hop, and nothing since."""

    def __init__(self, pid, port, count=1000):
        self.port, self.links = port, []
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(20_000, limit),) * 2)
        # What is set up once is set up by the first.
        self.base = self.measured(pid, 20)
        self.each = (self.measured(pid, count) - self.base) / count

    def measured(self, pid, number):
        for _ in range(number):
            link = socket.create_connection(("127.0.0.1", self.port), 60)
            stream = link.makefile("rb")
            stream.readline()
            link.sendall(b"EHLO client.example\r\n")
            while stream.readline()[3:4] == b"-":
                pass
            self.links.append(link)
        time.sleep(1)
        return resident(pid)

    def close(self):
        for link in self.links:
            link.close()
