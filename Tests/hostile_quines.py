"""Archives that unpack to themselves, made by writing a program for DEFLATE that prints its own text."""

import struct
import zlib

# Every step of the program takes this many bytes, so that what is to be printed does not depend on what prints it.
STEP = 10


class Bits:
    """Bits as DEFLATE has them: the lowest of a byte first."""

    def __init__(self):
        self.bits = []

    def number(self, value, count):
        self.bits += [value >> place & 1 for place in range(count)]

    def code(self, value, count):
        self.bits += [value >> place & 1 for place in reversed(range(count))]

    def bytes(self):
        padded = self.bits + [0] * (-len(self.bits) % 8)
        return bytes(sum(bit << place for place, bit in enumerate(padded[start:start + 8]))
                     for start in range(0, len(padded), 8))


def literally(count):
    """The step that prints the `count` bytes behind it: a block without content, and one that holds them."""
    return b"\0\0\0\xff\xff" + b"\0" + struct.pack("<HH", count, count ^ 0xffff)


def again(count):
    """The step that prints the last `count` bytes once more: in a block with fixed codes (RFC 1951 §3.2.6), one copy, or
    two where one would be too short a step."""
    for lengths in ([count], [count // 2, count - count // 2]):
        bits = Bits()
        bits.number(2, 3)
        for length in lengths:
            code, base, extra = next(entry for entry in reversed(LENGTHS) if entry[1] <= length)
            bits.code(code - 256, 7) if code < 280 else bits.code(code - 280 + 0xc0, 8)
            bits.number(length - base, extra)
            code, base, extra = next(entry for entry in reversed(DISTANCES) if entry[1] <= count)
            bits.code(code, 5)
            bits.number(count - base, extra)
        bits.code(0, 7)
        # Blocks with nothing in them make it as long as the others; the last of them ends with a byte.
        while len(bits.bits) + 3 <= 8 * (STEP - 5):
            bits.number(2, 3)
            bits.code(0, 7)
        bits.number(0, 3)
        step = bits.bytes() + b"\0\0\xff\xff"
        if len(step) == STEP:
            return step
    raise SystemExit(f"no step of {STEP} bytes prints {count}")


def table(first, start, groups):
    entries, base = [], start
    for extra, count in groups:
        for _ in range(count):
            entries.append((first + len(entries), base, extra))
            base += 1 << extra
    return entries


LENGTHS = table(257, 3, [(0, 8), (1, 4), (2, 4), (3, 4), (4, 4), (5, 4)])
DISTANCES = table(0, 1, [(0, 4), (1, 2), (2, 2), (3, 2), (4, 2), (5, 2), (6, 2)])


def program(head, tail):
    """The file that begins with `head` and ends with `tail`, and prints itself between them. `tail` starts with the end of
    the compressed data. After Russ Cox, "Zip Files All The Way Down"."""
    tail = b"\1\0\0\xff\xff" + tail
    to_head, to_tail = len(head) + STEP, len(tail) + STEP
    nothing, four, one = literally(0), literally(4 * STEP), literally(STEP)
    first, last, repeat = literally(to_head), literally(to_tail), again(4 * STEP)
    return b"".join([
        head, first, head, first, again(to_head), one, again(to_head), one, one, four,
        again(to_head), one, one, four, repeat, four, repeat, four, repeat, four,
        repeat, four, repeat, nothing, nothing, last, repeat, nothing, nothing, last,
        again(to_tail), tail, again(to_tail), tail])


def solved(make):
    """The file of `make(checksum)` whose own checksum that is: how each bit of it changes the sum is found by trying, and
    32 equations are solved. None where they have no solution."""
    zero = zlib.crc32(make(0))
    rows = []
    for bit in range(32):
        # Where the sum of the file with this bit set differs, and the bit itself.
        rows.append(zlib.crc32(make(1 << bit)) ^ zero ^ 1 << bit)
    basis = {}
    for bit, row in enumerate(rows):
        used = 1 << bit
        while row:
            top = row.bit_length() - 1
            if top not in basis:
                basis[top] = (row, used)
                break
            row, used = row ^ basis[top][0], used ^ basis[top][1]
    wanted, answer = zero, 0
    while wanted:
        top = wanted.bit_length() - 1
        if top not in basis:
            return None
        wanted, answer = wanted ^ basis[top][0], answer ^ basis[top][1]
    file = make(answer)
    return file if zlib.crc32(file) == answer else None


def self_containing(make):
    """`make(checksum, salt, size)` gives head and tail. The salt is free, for sums that cannot be had."""
    for salt in range(1, 64):
        size = len(program(*make(0, salt, 0)))
        file = solved(lambda checksum: program(*make(checksum, salt, size)))
        if file:
            return file
    raise SystemExit("no checksum fits")


def zip_quine(name=b"invoice.zip"):
    """A zip file whose one member is the zip file."""
    def make(checksum, salt, size):
        def sums():
            return struct.pack("<IIII", 0x4a210000 | salt, checksum, max(size - overhead, 0), size)
        overhead = 30 + len(name) + 46 + len(name) + 22
        head = b"PK\3\4\x14\0\0\0\x08\0" + sums() + struct.pack("<HH", len(name), 0) + name
        entry = (b"PK\1\2\x14\0\x14\0\0\0\x08\0" + sums() + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name)
        end = b"PK\5\6\0\0\0\0\1\0\1\0" + struct.pack("<IIH", len(entry), max(size - len(entry) - 22, 0), 0)
        return head, entry + end
    return self_containing(make)


def gzip_quine(name=b"paper.tar"):
    """A gzip file that unpacks to itself."""
    def make(checksum, salt, size):
        return b"\x1f\x8b\x08\x08" + struct.pack("<I", salt) + b"\0\xff" + name + b"\0", struct.pack("<II", checksum, size)
    return self_containing(make)
