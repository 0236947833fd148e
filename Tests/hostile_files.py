"""Files that are made to break whoever looks into them: far larger than they seem, deeper than they should be, or other
than they say. Each is a name, its content, and what has to be told of it."""

import base64
import bz2
import gzip
import io
import lzma
import os
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib

from hostile_quines import gzip_quine, zip_quine

MEBIBYTE = 1 << 20
# The beginning of a program for Windows, as far as signs go.
PROGRAM = b"MZ" + bytes(58) + struct.pack("<I", 0x80) + bytes(64) + b"PE\0\0" + bytes(28)


class Case:
    """A file, and the traits of which at least one has to be told of it or of what is in it."""

    def __init__(self, name, content, *traits, program=False):
        self.name, self.content, self.traits, self.program = name, content, traits, program


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


# MARK: - Zip files written by hand

def local(name, packed, size, checksum, method=8, extra=b"", flags=0, declared=None):
    return (struct.pack("<4sHHHIIIIHH", b"PK\3\4", 20, flags, method, 0x4a210000, checksum,
                        len(packed) if declared is None else declared, size, len(name), len(extra)) + name + extra + packed)


def entry(name, packed, size, checksum, offset, method=8, extra=b"", flags=0):
    return (struct.pack("<4sHHHHIIIIHHHHHII", b"PK\1\2", 20, 20, flags, method, 0x4a210000, checksum, packed, size,
                        len(name), len(extra), 0, 0, 0, 0, offset) + name + extra)


def ended(content, entries, count=None):
    directory = b"".join(entries)
    count = len(entries) if count is None else count
    return (content + directory
            + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, min(count, 0xffff), min(count, 0xffff), len(directory), len(content), 0))


def deflated(content, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def zeros(mebibytes):
    """Zeros deflated piece by piece, and their checksum."""
    packer, checksum, packed = zlib.compressobj(9, zlib.DEFLATED, -15), 0, []
    for _ in range(mebibytes):
        packed.append(packer.compress(bytes(MEBIBYTE)))
        checksum = zlib.crc32(bytes(MEBIBYTE), checksum)
    return b"".join(packed) + packer.flush(), checksum


def zip_of_zeros(name, mebibytes):
    packed, checksum = zeros(mebibytes)
    size = mebibytes * MEBIBYTE
    return ended(local(name, packed, size, checksum), [entry(name, len(packed), size, checksum, 0)])


def tree_of_zips():
    """As 42.zip: sixteen archives of sixteen archives of sixteen … of a file of zeros."""
    content = zip_of_zeros(b"0.dll", 1024)
    for level in range(5):
        content = zipped(*((f"lib {number:x}.zip", content) for number in range(16)))
    return content


def overlapping(count=500):
    """After David Fifield, "A better zip bomb": each member quotes the header of the next as a block without compression,
    and they all end in one core of zeros."""
    core, _ = zeros(4)
    core_size = 4 * MEBIBYTE
    parts, following, plain = [], core, bytes(core_size)
    checksum = zlib.crc32(plain)
    entries, size, packed = [], core_size, len(core)
    headers = []
    for number in reversed(range(count)):
        name = b"%03d" % number
        header = struct.pack("<4sHHHIIIIHH", b"PK\3\4", 20, 0, 8, 0x4a210000, checksum, packed, size, len(name), 0) + name
        headers.append((name, header, checksum, packed, size))
        quote = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xffff)
        # What the member before this one unpacks to: this header, and all that this one unpacks to.
        plain_head = header
        checksum = combined(zlib.crc32(plain_head), checksum, size)
        size, packed = size + len(header), packed + len(quote) + len(header)
    content = b""
    offsets = {}
    for index, (name, header, *_) in enumerate(reversed(headers)):
        if index:
            content += b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xffff)
        offsets[name] = len(content)
        content += header
    content += core
    for name, header, checksum, packed, size in reversed(headers):
        entries.append(entry(name, packed, size, checksum, offsets[name]))
    return ended(content, entries)


def combined(first, second, length):
    """The checksum of two texts behind each other, of which the second has `length` bytes."""
    def times(matrix, vector):
        result, place = 0, 0
        while vector:
            if vector & 1:
                result ^= matrix[place]
            vector >>= 1
            place += 1
        return result
    odd = [0xedb88320] + [1 << place for place in range(31)]
    matrix = [times(odd, column) for column in odd]
    matrix = [times(matrix, column) for column in matrix]
    while length:
        matrix = [times(matrix, column) for column in matrix]
        if length & 1:
            first = times(matrix, first)
        length >>= 1
    return first ^ second


def shared(count):
    """Members that are all the same bytes."""
    packed, checksum = zeros(4)
    content = local(b"a", packed, 4 * MEBIBYTE, checksum)
    return ended(content, [entry(b"a", len(packed), 4 * MEBIBYTE, checksum, 0)] * count)


def multitude(count):
    """A zip file with so many empty members."""
    locals_, entries, offset = [], [], 0
    for number in range(count):
        name = b"%07d" % number
        locals_.append(local(name, b"", 0, 0, method=0))
        entries.append(entry(name, 0, 0, 0, offset, method=0))
        offset += len(locals_[-1])
    return ended(b"".join(locals_), entries)


def wide(size, packed=None, count=1):
    """A zip file whose member, or `count` of them, says in the field for large files how large it is."""
    packed = 10 if packed is None else packed
    extra = struct.pack("<HHQQQ", 1, 24, size, packed, 0)
    content = local(b"big.bin", deflated(b"x" * 10), 0xffffffff, 0, extra=struct.pack("<HHQQ", 1, 16, size, packed))
    name = b"big.bin"
    central = struct.pack("<4sHHHHIIIIHHHHHII", b"PK\1\2", 45, 45, 0, 8, 0x4a210000, 0, 0xffffffff, 0xffffffff,
                          len(name), len(extra), 0, 0, 0, 0, 0xffffffff) + name + extra
    return ended(content, [central] * count)


# MARK: - Other archives with sizes that they have not

def rar_number(value):
    output = b""
    while value > 0x7f:
        output += bytes([value & 0x7f | 0x80])
        value >>= 7
    return output + bytes([value])


def rar_block(kind, fields, data=b"", declared=None, flags=0):
    flags |= 2 if data or declared else 0
    size = rar_number(len(data) if declared is None else declared) if flags & 2 else b""
    body = rar_number(kind) + rar_number(flags) + size + fields
    body = rar_number(len(body)) + body
    return struct.pack("<I", zlib.crc32(body)) + body + data


def rar5(name, content, size=None, packed=None, method=0, window=0):
    """A RAR archive of the fifth version with one member, stored."""
    size = len(content) if size is None else size
    # No time; a checksum; as it is; made under Unix.
    fields = (rar_number(4) + rar_number(size) + rar_number(0o644) + struct.pack("<I", zlib.crc32(content))
              + rar_number(method << 7 | window << 10) + rar_number(1) + rar_number(len(name)) + name)
    return (b"Rar!\x1a\7\1\0" + rar_block(1, rar_number(0)) + rar_block(2, fields, content, packed)
            + rar_block(5, rar_number(0)))


def rar4(high, low, size=40):
    """A RAR archive of the fourth version with the header of one member, of `high` and `low` bytes."""
    block = struct.pack("<HBHHI", 0, 0x74, 0x8100, size, low).ljust(32, b"\0") + struct.pack("<II", high, 0)
    return b"Rar!\x1a\7\0" + block.ljust(size, b"\0") + bytes(64)


def patched_seven_zip(method, coder, properties):
    """What 7zz makes of a file, with the parameters of its method replaced, and the checksums that depend on them."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "a.bin"), "wb") as file:
            file.write(bytes(range(256)) * 40)
        subprocess.run(["7zz", "a", "-bd", "-mhc=off", f"-m0={method}", "a.7z", "a.bin"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "a.7z"), "rb") as file:
            content = bytearray(file.read())
    at, length = 32 + int.from_bytes(content[12:20], "little"), int.from_bytes(content[20:28], "little")
    header = content[at:at + length]
    # The parameters stand behind the method's number and how many bytes they are.
    place = header.index(coder + bytes([len(properties)])) + len(coder) + 1
    header = header[:place] + properties + header[place + len(properties):]
    content[at:at + length] = header
    content[28:32] = struct.pack("<I", zlib.crc32(header))
    content[8:12] = struct.pack("<I", zlib.crc32(content[12:32]))
    return bytes(content)


def seven_number(value):
    return b"\xff" + struct.pack("<Q", value)


def seven_zip(name, content, size, coder=b"\x01\x00", properties=b""):
    """A 7z archive with one member, which says that it comes to `size` bytes."""
    coder = (bytes([coder[0] | 0x20]) + coder[1:] + bytes([len(properties)]) + properties) if properties else coder
    names = b"\0" + name.encode("utf-16-le") + b"\0\0"
    header = (b"\1\4" + b"\6" + seven_number(0) + b"\1" + b"\x09" + seven_number(len(content)) + b"\0"
              + b"\7\x0b\1\0\1" + coder + b"\x0c" + seven_number(size) + b"\0\0"
              + b"\5\1\x11" + seven_number(len(names)) + names + b"\0\0")
    start = struct.pack("<QQI", len(content), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + content + header


def tar(name, content, size_field):
    head = bytearray(512)
    head[:len(name)] = name
    head[100:108], head[108:116], head[116:124] = b"0000644\0", b"0000000\0", b"0000000\0"
    head[124:136], head[136:148], head[148:156] = size_field, b"00000000000\0", b" " * 8
    head[156:157], head[257:265] = b"0", b"ustar\00000"
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + content + bytes(-len(content) % 512)


def cpio(name, content, size):
    head = b"070701" + b"".join(b"%08X" % number for number in (
        1, 0o100644, 0, 0, 1, 0, size, 0, 0, 0, 0, len(name) + 1, 0))
    return (head + name + b"\0").ljust((len(head) + len(name) + 4) & ~3, b"\0") + content


def ar(name, content, size):
    return b"!<arch>\n" + name.ljust(16) + b"0           0     0     100644  " + b"%-10d" % size + b"`\n" + content


def cab(size):
    """A cabinet whose one file says that it has `size` bytes; stored."""
    block = struct.pack("<IHH", 0, 5, 5) + b"hello"
    file = struct.pack("<IIHHHH", size, 0, 0, 0, 0, 0x20) + b"a.bin\0"
    folder_at = 36 + 8
    data_at = folder_at + len(file)
    total = data_at + len(block)
    return (b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, total, 0, folder_at, 0, 3, 1, 1, 1, 0, 0, 0)
            + struct.pack("<IHH", data_at, 1, 0) + file + block)


def declared_sizes():
    huge, four = 1 << 60, (1 << 32) - 1
    yield Case("zip32.zip", ended(local(b"a", deflated(b"x"), four, 0), [entry(b"a", 3, four, 0, 0)]), "bomb")
    yield Case("zip64.zip", wide(huge), "bomb")
    yield Case("packed64.zip", wide(1 << 62, (1 << 63) - 1), "bomb", "unreadable")
    yield Case("offset.zip", ended(b"PK\3\4", [entry(b"a.exe", 3, 3, 0, four - 1)]), program=False)
    twice = wide(10, (1 << 63) - 1, count=2)
    yield Case("overflow.zip", twice, "bomb", "unreadable")
    yield Case("stored.rar", rar5(b"a.bin", b"hello", 1 << 32))
    # The fourth version has the upper half of a length apart: sums that are no number, and ones that lead back.
    yield Case("overflow.rar", rar4(0x7fffffff, four), "unreadable")
    yield Case("backwards.rar", rar4(four, (1 << 32) - 50), "unreadable")
    yield Case("packed.rar", rar5(b"a.bin", b"hello", 1 << 40, 1 << 40), "unreadable", "bomb", "limit")
    yield Case("window.rar", rar5(b"a.bin", bytes(2000), 1 << 32, method=3, window=15), "unreadable", "bomb", "limit")
    yield Case("stored.7z", seven_zip("a.bin", b"hello", 1 << 32), "unreadable", "bomb", "limit")
    # LZMA with a dictionary of four gigabytes.
    dictionary = b"\x5d" + struct.pack("<I", 0xffffffff)
    yield Case("dictionary.7z", seven_zip("a.bin", bytes(64), 1 << 32, b"\x03\x03\x01\x01", dictionary), "unreadable")
    # PPMd with a memory of four gigabytes, and an order of 64.
    yield Case("ppmd.7z", seven_zip("a.bin", bytes(64), 1 << 32, b"\x03\x03\x04\x01", b"\x40\xff\xff\xff\xff"), "unreadable")
    if shutil.which("7zz"):
        # The same in archives that are whole otherwise.
        yield Case("lzma.7z", patched_seven_zip("lzma", b"\x03\x01\x01", b"\x5d\xff\xff\xff\xff"))
        yield Case("lzma2.7z", patched_seven_zip("lzma2", b"\x21\x21", b"\x28"))
        yield Case("ppmd-large.7z", patched_seven_zip("ppmd", b"\x03\x04\x01", b"\x06\0\0\0\xf0"))
    yield Case("octal.tar", tar(b"a.bin", b"hello", b"77777777777\0"), "unreadable")
    yield Case("binary.tar", tar(b"a.bin", b"hello", b"\x80\0\0\0\x7f" + b"\xff" * 7), "unreadable")
    yield Case("negative.tar", tar(b"a.bin", b"hello", b"\xff" * 12), "unreadable")
    yield Case("large.cpio", cpio(b"a.bin", b"hello", four), "unreadable")
    yield Case("large.a", ar(b"a.bin", b"hello", 9_999_999_999), "unreadable")
    yield Case("large.cab", cab(four), "unreadable")
    yield Case("dictionary.lzma", dictionary + struct.pack("<Q", 1 << 40) + bytes(64), "unreadable", "bomb")


def bombs():
    yield Case("quine.zip", zip_quine(), "bomb")
    yield Case("quine.tar.gz", gzip_quine(), "bomb")
    yield Case("42.zip", tree_of_zips(), "bomb")
    yield Case("overlapping.zip", overlapping(), "bomb")
    yield Case("shared.zip", shared(1000), "bomb")
    yield Case("zeros.zip", zip_of_zeros(b"zeros.bin", 1024), "bomb")
    yield Case("many.zip", multitude(300_000), "limit")
    raw = bytes(256 * MEBIBYTE)
    yield Case("zeros.gz", gzip.compress(raw, 6), "bomb")
    yield Case("zeros.xz", lzma.compress(raw, preset=0), "bomb")
    yield Case("zeros.lzma", lzma.compress(raw, lzma.FORMAT_ALONE, preset=0), "bomb")
    yield Case("zeros.bz2", bz2.compress(raw), "bomb")
    for ending, command in (("zst", ["zstd", "-q", "-c"]), ("lz4", ["lz4", "-q", "-c"])):
        if shutil.which(command[0]):
            yield Case(f"zeros.{ending}", subprocess.run(command, input=raw[:64 * MEBIBYTE], capture_output=True, check=True).stdout,
                       "bomb")
    # Packed again and again, each layer by itself modest.
    content = raw
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        content = pack(content)
    yield Case("layers.xz", content, "bomb")
    yield Case("empty.xz", lzma.compress(b"") * 20_000)
    yield Case("members.gz", gzip.compress(b"x") * 100_000)
    content = PROGRAM
    for level in range(1000):
        content = zipped((f"{level}.zip", content), method=zipfile.ZIP_STORED)
    yield Case("deep.zip", content, "too-deep")
    yield Case("linked.tar", b"".join(tar(b"a%d" % n, b"", b"00000000000\0") for n in range(20_000)) + bytes(1024), "limit")


def messages_in_messages(depth):
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: x\r\n\r\nhi\r\n"


def parts_in_parts(depth):
    head = b"MIME-Version: 1.0\r\n"
    return (head + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
            + b"Content-Type: text/plain\r\n\r\nhi\r\n")


def encoded_messages(depth):
    content = b"Subject: x\r\n\r\nhi\r\n"
    for _ in range(depth):
        content = (b"Subject: x\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                   + base64.encodebytes(content))
    return content
