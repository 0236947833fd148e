#define _GNU_SOURCE
#include "CByteScan.h"
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

/* Whether a byte and the one behind it cannot both stand in plain lines. */
static inline int is_irregular(unsigned char byte, unsigned char next) {
    return byte == 0 || (byte == '\r') != (next == '\n') || (byte == '\n' && next == '.');
}

size_t assay_plain_lines_end(const void *bytes, size_t length, size_t start) {
    const unsigned char *text = bytes;
    if (start >= length || text[start] == '.' || text[start] == '\n') return start;
    size_t offset = start;
#ifdef __SSE2__
    const __m128i carriage_return = _mm_set1_epi8('\r');
    const __m128i line_feed = _mm_set1_epi8('\n');
    const __m128i dot = _mm_set1_epi8('.');
    const __m128i zero = _mm_setzero_si128();
    for (; offset + 17 <= length; offset += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(text + offset));
        __m128i next = _mm_loadu_si128((const __m128i *)(text + offset + 1));
        __m128i lone = _mm_xor_si128(_mm_cmpeq_epi8(block, carriage_return), _mm_cmpeq_epi8(next, line_feed));
        __m128i dotted = _mm_and_si128(_mm_cmpeq_epi8(block, line_feed), _mm_cmpeq_epi8(next, dot));
        __m128i irregular = _mm_or_si128(_mm_or_si128(lone, dotted), _mm_cmpeq_epi8(block, zero));
        unsigned places = (unsigned)_mm_movemask_epi8(irregular);
        if (places != 0) {
            offset += (size_t)__builtin_ctz(places);
            break;
        }
    }
#endif
    while (offset + 1 < length && !is_irregular(text[offset], text[offset + 1])) offset += 1;
    /* All line feeds up to here are those of CRLF. */
    const unsigned char *last = memrchr(text + start, '\n', offset + 1 - start);
    return last == NULL ? start : (size_t)(last - text) + 1;
}
