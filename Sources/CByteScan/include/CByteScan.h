#ifndef ASSAY_CBYTESCAN_H
#define ASSAY_CBYTESCAN_H
#include <stddef.h>
#include <stdint.h>

/* Returns the offset of the first occurrence of `needle`, or -1. memmem is a GNU extension that Swift's Glibc module
   does not declare, and for short needles it is slower than comparing sixteen places at a time, as this does. */
ptrdiff_t assay_memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);

/* What kinds of bytes there are among `length` bytes. */
struct assay_census {
    size_t carriage_returns;
    int has_nul;
    int has_eight_bit;
};

/* Counts in one pass. */
struct assay_census assay_take_census(const void *bytes, size_t length);

/* Which of sixty-four bytes are what: the lowest bit is the first byte's. */
struct assay_marks {
    uint64_t line_feeds;
    uint64_t carriage_returns;
    /* NUL, or above 127. */
    uint64_t irregular;
};

/* Marks the bytes from `start` on; no bit is set beyond `length`. */
struct assay_marks assay_mark(const void *bytes, size_t length, size_t start);

/* The offset of the first byte from `start` on that cannot be part of a field name: a control, a space, a colon or
   DEL; `length` when there is none. */
size_t assay_field_name_end(const void *bytes, size_t length, size_t start);

/* Whether a byte is a control other than a tab or LF. */
int assay_has_control(const void *bytes, size_t length);

/* The offset of the first byte from `start` on that we do not let a JSON string hold as it is: a control, DEL, a quotation
   mark, a backslash, or the first byte of a character above ASCII that acts on a terminal or turns text round, such as
   U+009B and U+202E; `length` when there is none. */
size_t assay_plain_json_end(const void *bytes, size_t length, size_t start);

/* Copies the bytes before the first that we do not let a JSON string hold as it is to `to`, which has room for `length`;
   returns how many those are. */
size_t assay_copy_plain_json(void *to, const void *bytes, size_t length);

/* How far from `start`, the beginning of a line, whole lines reach that end with CRLF, begin with no dot and hold no
   NUL and no CR or LF but that of their end. */
size_t assay_plain_lines_end(const void *bytes, size_t length, size_t start);

/* Decodes base64 (RFC 4648 section 4), blanks, tabs, CR and LF passed over, missing padding taken. There is room for
   three bytes for each four at `output`, and three more. Returns how many were written, or -1 for text that is none. */
ptrdiff_t assay_base64_decode(const void *text, size_t length, void *output);

/* Field names by their first letter, in lower case, and their length. */
struct assay_field_shapes {
    unsigned char initials[3];
    unsigned char lengths[3];
};

/* The offset of the next line start after `start` where the line is empty, or has a colon where one of three field
   names would and begins with that name's letter, in either case; `length` when there is none. */
size_t assay_next_line(const void *bytes, size_t length, size_t start, struct assay_field_shapes shapes);

/* The lines of a body as DKIM signs them (RFC 6376 sections 3.4.3 and 3.4.4), line ends as CRLF; relaxed, white space
   reduced too. Goes on at `*position`, which it moves, until `text` or the room of `capacity` bytes (64 or more) is
   used up; returns how many bytes it wrote. */
size_t assay_canonical_lines(
    const void *text, size_t length, size_t *position, int is_relaxed, void *output, size_t capacity);

/* A header field, without its line end, in relaxed form (RFC 6376 section 3.4.2). There is room for `length` + 64
   bytes at `output`; returns how many of them were written. */
size_t assay_canonical_field(const void *field, size_t length, void *output);

/* Has malloc keep some megabytes of what is freed for what is asked for next, rather than give pages back to the system
   and take them anew, cleared. */
void assay_keep_freed_memory(void);
#endif
