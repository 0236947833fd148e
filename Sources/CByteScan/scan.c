#define _GNU_SOURCE
#include "CByteScan.h"
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
/* Needles longer than this go to memmem, whose time does not grow with them. */
static const size_t longest_short_needle = 16;

static inline __m128i load(const unsigned char *from) { return _mm_loadu_si128((const __m128i *)from); }

/* Places where first and last byte of the needle match are looked at closely. Returns the offset found, or how far
   the search came, negative and less one. */
static ptrdiff_t find_short(const unsigned char *text, size_t length, const unsigned char *needle, size_t count) {
    const __m128i first = _mm_set1_epi8((char)needle[0]);
    const __m128i last = _mm_set1_epi8((char)needle[count - 1]);
    size_t offset = 0;
    for (; offset + 32 + count - 1 <= length; offset += 32) {
        const unsigned char *low = text + offset;
        const unsigned char *high = low + count - 1;
        __m128i a = _mm_and_si128(_mm_cmpeq_epi8(load(low), first), _mm_cmpeq_epi8(load(high), last));
        __m128i b = _mm_and_si128(_mm_cmpeq_epi8(load(low + 16), first), _mm_cmpeq_epi8(load(high + 16), last));
        unsigned places = (unsigned)_mm_movemask_epi8(a) | (unsigned)_mm_movemask_epi8(b) << 16;
        while (places != 0) {
            size_t place = (size_t)__builtin_ctz(places);
            if (memcmp(low + place + 1, needle + 1, count - 2) == 0) return (ptrdiff_t)(offset + place);
            places &= places - 1;
        }
    }
    return -(ptrdiff_t)offset - 1;
}
#endif

ptrdiff_t assay_memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length) {
    const char *start = haystack;
    size_t searched = 0;
#ifdef __SSE2__
    if (needle_length >= 2 && needle_length <= longest_short_needle) {
        ptrdiff_t found = find_short(haystack, haystack_length, needle, needle_length);
        if (found >= 0) return found;
        searched = (size_t)(-found - 1);
    }
#endif
    const char *found = memmem(start + searched, haystack_length - searched, needle, needle_length);
    return found == NULL ? -1 : found - start;
}

struct assay_census assay_take_census(const void *bytes, size_t length) {
    const unsigned char *text = bytes;
    struct assay_census census = {0, 0, 0};
    size_t offset = 0;
#ifdef __SSE2__
    const __m128i carriage_return = _mm_set1_epi8('\r');
    const __m128i zero = _mm_setzero_si128();
    __m128i nul = zero;
    __m128i high = zero;
    while (offset + 16 <= length) {
        /* Sixteen counters of eight bits, added up before one can overflow. */
        __m128i counts = zero;
        for (int round = 0; round < 255 && offset + 16 <= length; round += 1, offset += 16) {
            __m128i block = load(text + offset);
            counts = _mm_sub_epi8(counts, _mm_cmpeq_epi8(block, carriage_return));
            nul = _mm_or_si128(nul, _mm_cmpeq_epi8(block, zero));
            high = _mm_or_si128(high, block);
        }
        __m128i sums = _mm_sad_epu8(counts, zero);
        census.carriage_returns += (size_t)_mm_cvtsi128_si32(sums) + (size_t)_mm_extract_epi16(sums, 4);
    }
    census.has_nul = _mm_movemask_epi8(nul) != 0;
    census.has_eight_bit = _mm_movemask_epi8(high) != 0;
#endif
    for (; offset < length; offset += 1) {
        census.carriage_returns += text[offset] == '\r';
        census.has_nul |= text[offset] == 0;
        census.has_eight_bit |= text[offset] > 127;
    }
    return census;
}

static inline int ends_field_name(unsigned char byte) { return byte <= ' ' || byte == ':' || byte == 0x7F; }

size_t assay_field_name_end(const void *bytes, size_t length, size_t start) {
    const unsigned char *text = bytes;
    size_t offset = start;
#ifdef __SSE2__
    const __m128i space = _mm_set1_epi8(' ');
    for (; offset + 16 <= length; offset += 16) {
        __m128i block = load(text + offset);
        __m128i ends = _mm_or_si128(
            _mm_cmpeq_epi8(_mm_min_epu8(block, space), block),
            _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(':')), _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F))));
        unsigned places = (unsigned)_mm_movemask_epi8(ends);
        if (places != 0) return offset + (size_t)__builtin_ctz(places);
    }
#endif
    while (offset < length && !ends_field_name(text[offset])) offset += 1;
    return offset;
}

static int is_wanted(const unsigned char *line, size_t length, struct assay_field_shapes shapes) {
    if (line[0] == '\n' || line[0] == '\r') return 1;
    for (int place = 0; place < 3; place += 1)
        if ((line[0] | 0x20) == shapes.initials[place] && shapes.lengths[place] < length
            && line[shapes.lengths[place]] == ':')
            return 1;
    return 0;
}

#ifdef __SSE2__
/* Sixteen places for a line to start: where its first letter, in lower case, and its colon are those of a name. */
static inline __m128i has_shape(
    const unsigned char *line, __m128i lower, struct assay_field_shapes shapes, int place) {
    __m128i initial = _mm_cmpeq_epi8(lower, _mm_set1_epi8((char)shapes.initials[place]));
    return _mm_and_si128(initial, _mm_cmpeq_epi8(load(line + shapes.lengths[place]), _mm_set1_epi8(':')));
}
#endif

size_t assay_next_line(const void *bytes, size_t length, size_t start, struct assay_field_shapes shapes) {
    const unsigned char *text = bytes;
    size_t offset = start;
#ifdef __SSE2__
    size_t reach = 0;
    for (int place = 0; place < 3; place += 1)
        if (shapes.lengths[place] > reach) reach = shapes.lengths[place];
    const __m128i line_feed = _mm_set1_epi8('\n');
    const __m128i carriage_return = _mm_set1_epi8('\r');
    for (; offset + 17 + reach <= length; offset += 16) {
        const unsigned char *line = text + offset + 1;
        __m128i first = load(line);
        __m128i lower = _mm_or_si128(first, _mm_set1_epi8(0x20));
        __m128i empty = _mm_or_si128(_mm_cmpeq_epi8(first, line_feed), _mm_cmpeq_epi8(first, carriage_return));
        __m128i named = _mm_or_si128(
            has_shape(line, lower, shapes, 0),
            _mm_or_si128(has_shape(line, lower, shapes, 1), has_shape(line, lower, shapes, 2)));
        __m128i wanted = _mm_and_si128(_mm_cmpeq_epi8(load(text + offset), line_feed), _mm_or_si128(empty, named));
        unsigned places = (unsigned)_mm_movemask_epi8(wanted);
        if (places != 0) return offset + (size_t)__builtin_ctz(places) + 1;
    }
#endif
    for (; offset + 1 < length; offset += 1)
        if (text[offset] == '\n' && is_wanted(text + offset + 1, length - offset - 1, shapes)) return offset + 1;
    return length;
}
