#define _GNU_SOURCE
#include "CByteScan.h"
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

#ifdef __SSE2__
/* Needles longer than this go to memmem, whose time does not grow with them. */
static const size_t longest_short_needle = 16;

static inline __m128i load(const unsigned char *from) { return _mm_loadu_si128((const __m128i *)from); }

/* The first of `places` after `text` where all of the needle stands; -1 when there is none. */
static inline ptrdiff_t confirm(
    const unsigned char *text, uint64_t places, const unsigned char *needle, size_t count) {
    for (; places != 0; places &= places - 1) {
        ptrdiff_t place = __builtin_ctzll(places);
        if (memcmp(text + place + 1, needle + 1, count - 2) == 0) return place;
    }
    return -1;
}

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
        ptrdiff_t place = places == 0 ? -1 : confirm(low, places, needle, count);
        if (place >= 0) return (ptrdiff_t)offset + place;
    }
    return -(ptrdiff_t)offset - 1;
}

#define AVX2 __attribute__((target("avx2")))

static int has_avx2(void) { return __builtin_cpu_supports("avx2"); }

AVX2 static inline __m256i load_wide(const unsigned char *from) { return _mm256_loadu_si256((const __m256i *)from); }

AVX2 static inline __m256i match_ends(const unsigned char *low, size_t reach, __m256i first, __m256i last) {
    return _mm256_and_si256(
        _mm256_cmpeq_epi8(load_wide(low), first), _mm256_cmpeq_epi8(load_wide(low + reach), last));
}

/* find_short, sixty-four places at a time. */
AVX2 static ptrdiff_t find_short_wide(
    const unsigned char *text, size_t length, const unsigned char *needle, size_t count) {
    const __m256i first = _mm256_set1_epi8((char)needle[0]);
    const __m256i last = _mm256_set1_epi8((char)needle[count - 1]);
    size_t offset = 0;
    for (; offset + 64 + count - 1 <= length; offset += 64) {
        const unsigned char *low = text + offset;
        __m256i a = match_ends(low, count - 1, first, last);
        __m256i b = match_ends(low + 32, count - 1, first, last);
        __m256i either = _mm256_or_si256(a, b);
        if (_mm256_testz_si256(either, either)) continue;
        uint64_t places = (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
        ptrdiff_t place = confirm(low, places, needle, count);
        if (place >= 0) return (ptrdiff_t)offset + place;
    }
    return -(ptrdiff_t)offset - 1;
}
#endif

ptrdiff_t assay_memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length) {
    const char *start = haystack;
    size_t searched = 0;
#ifdef __SSE2__
    if (needle_length >= 2 && needle_length <= longest_short_needle) {
        ptrdiff_t found = has_avx2() ? find_short_wide(haystack, haystack_length, needle, needle_length)
                                     : find_short(haystack, haystack_length, needle, needle_length);
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

#ifdef __SSE2__
static inline uint64_t mask(__m128i a, __m128i b, __m128i c, __m128i d) {
    return (uint64_t)(uint16_t)_mm_movemask_epi8(a) | (uint64_t)(uint16_t)_mm_movemask_epi8(b) << 16
           | (uint64_t)(uint16_t)_mm_movemask_epi8(c) << 32 | (uint64_t)(uint16_t)_mm_movemask_epi8(d) << 48;
}

static inline uint64_t equal(__m128i a, __m128i b, __m128i c, __m128i d, char byte) {
    const __m128i wanted = _mm_set1_epi8(byte);
    return mask(
        _mm_cmpeq_epi8(a, wanted), _mm_cmpeq_epi8(b, wanted), _mm_cmpeq_epi8(c, wanted), _mm_cmpeq_epi8(d, wanted));
}

AVX2 static inline uint64_t mask_wide(__m256i a, __m256i b) {
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}

AVX2 static inline uint64_t equal_wide(__m256i a, __m256i b, char byte) {
    const __m256i wanted = _mm256_set1_epi8(byte);
    return mask_wide(_mm256_cmpeq_epi8(a, wanted), _mm256_cmpeq_epi8(b, wanted));
}

AVX2 static struct assay_marks mark_wide(const unsigned char *text) {
    __m256i a = load_wide(text), b = load_wide(text + 32);
    struct assay_marks marks = {
        equal_wide(a, b, '\n'), equal_wide(a, b, '\r'),
        /* As signed numbers, those not above zero. */
        ~mask_wide(_mm256_cmpgt_epi8(a, _mm256_setzero_si256()), _mm256_cmpgt_epi8(b, _mm256_setzero_si256()))};
    return marks;
}
#endif

struct assay_marks assay_mark(const void *bytes, size_t length, size_t start) {
    const unsigned char *text = (const unsigned char *)bytes + start;
    struct assay_marks marks = {0, 0, 0};
    size_t count = length - start;
#ifdef __SSE2__
    if (count >= 64) {
        if (has_avx2()) return mark_wide(text);
        __m128i a = load(text), b = load(text + 16), c = load(text + 32), d = load(text + 48);
        marks.line_feeds = equal(a, b, c, d, '\n');
        marks.carriage_returns = equal(a, b, c, d, '\r');
        marks.irregular = equal(a, b, c, d, 0) | mask(a, b, c, d);
        return marks;
    }
#endif
    for (size_t place = 0; place < count && place < 64; place += 1) {
        marks.line_feeds |= (uint64_t)(text[place] == '\n') << place;
        marks.carriage_returns |= (uint64_t)(text[place] == '\r') << place;
        marks.irregular |= (uint64_t)(text[place] == 0 || text[place] > 127) << place;
    }
    return marks;
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

int assay_has_control(const void *bytes, size_t length) {
    const unsigned char *text = bytes;
    size_t offset = 0;
#ifdef __SSE2__
    const __m128i last_control = _mm_set1_epi8(0x1F);
    __m128i found = _mm_setzero_si128();
    for (; offset + 16 <= length; offset += 16) {
        __m128i block = load(text + offset);
        __m128i regular = _mm_or_si128(
            _mm_cmpeq_epi8(block, _mm_set1_epi8('\t')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\n')));
        __m128i low = _mm_andnot_si128(regular, _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block));
        found = _mm_or_si128(found, _mm_or_si128(low, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F))));
    }
    if (_mm_movemask_epi8(found) != 0) return 1;
#endif
    for (; offset < length; offset += 1) {
        unsigned char byte = text[offset];
        if ((byte < ' ' && byte != '\t' && byte != '\n') || byte == 0x7F) return 1;
    }
    return 0;
}

static inline int is_plain_json(unsigned char byte) {
    return byte >= ' ' && byte != '"' && byte != '\\' && byte != 0x7F;
}

/* Whether UTF-8 at `text` begins a character above ASCII that acts on a terminal or turns text round: U+0080 to U+009F,
   U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069. */
static inline int acts_on_terminals(const unsigned char *text, size_t length) {
    if (length < 2) return 0;
    if (text[0] == 0xC2) return text[1] < 0xA0;
    if (text[0] == 0xD8) return text[1] == 0x9C;
    if (text[0] != 0xE2 || length < 3) return 0;
    if (text[1] == 0x80) return text[2] == 0x8E || text[2] == 0x8F || (text[2] >= 0xA8 && text[2] <= 0xAE);
    return text[1] == 0x81 && text[2] >= 0xA6 && text[2] <= 0xA9;
}

/* The places in sixteen bytes of what no JSON string holds as it is; in `above` those of bytes above ASCII, which are
   looked at byte by byte. */
#ifdef __SSE2__
static inline unsigned escaped_places(__m128i block, unsigned *above) {
    __m128i special = _mm_or_si128(
        _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block), _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
    *above = (unsigned)_mm_movemask_epi8(block);
    return (unsigned)_mm_movemask_epi8(special);
}
#endif

size_t assay_plain_json_end(const void *bytes, size_t length, size_t start) {
    const unsigned char *text = bytes;
    size_t offset = start;
#ifdef __SSE2__
    for (; offset + 16 <= length; offset += 16) {
        unsigned above;
        unsigned places = escaped_places(load(text + offset), &above);
        /* Of what is above ASCII, only what stands before the first that has to be escaped in any case matters. */
        above &= (places & (0u - places)) - 1u;
        for (; above != 0; above &= above - 1u) {
            size_t place = offset + (size_t)__builtin_ctz(above);
            if (acts_on_terminals(text + place, length - place)) return place;
        }
        if (places != 0) return offset + (size_t)__builtin_ctz(places);
    }
#endif
    while (offset < length && is_plain_json(text[offset]) && !acts_on_terminals(text + offset, length - offset))
        offset += 1;
    return offset;
}

size_t assay_copy_plain_json(void *to, const void *bytes, size_t length) {
    const unsigned char *text = bytes;
    unsigned char *copy = to;
#ifdef __SSE2__
    /* Most strings are short and plain: all of one is looked at and copied at once, its ends overlapping. */
    if (length >= 8 && length <= 32) {
        unsigned above, more;
        if (length < 16) {
            uint64_t head, tail;
            memcpy(&head, text, 8);
            memcpy(&tail, text + length - 8, 8);
            if ((escaped_places(_mm_set_epi64x((long long)tail, (long long)head), &above) | above) == 0) {
                memcpy(copy, &head, 8);
                memcpy(copy + length - 8, &tail, 8);
                return length;
            }
        } else {
            __m128i head = load(text), tail = load(text + length - 16);
            unsigned places = escaped_places(head, &above) | escaped_places(tail, &more);
            if ((places | above | more) == 0) {
                _mm_storeu_si128((__m128i *)copy, head);
                _mm_storeu_si128((__m128i *)(copy + length - 16), tail);
                return length;
            }
        }
    }
#endif
    size_t end = assay_plain_json_end(text, length, 0);
    if (end > 0) memcpy(copy, text, end);
    return end;
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
static inline size_t reach_of(struct assay_field_shapes shapes) {
    size_t reach = 0;
    for (int place = 0; place < 3; place += 1)
        if (shapes.lengths[place] > reach) reach = shapes.lengths[place];
    return reach;
}

/* Sixteen places for a line to start: where its first letter, in lower case, and its colon are those of a name. */
static inline __m128i has_shape(
    const unsigned char *line, __m128i lower, struct assay_field_shapes shapes, int place) {
    __m128i initial = _mm_cmpeq_epi8(lower, _mm_set1_epi8((char)shapes.initials[place]));
    return _mm_and_si128(initial, _mm_cmpeq_epi8(load(line + shapes.lengths[place]), _mm_set1_epi8(':')));
}

/* Returns the line found, or how far the search came, negative and less one. */
static ptrdiff_t next_line(const unsigned char *text, size_t length, size_t start, struct assay_field_shapes shapes) {
    const size_t reach = reach_of(shapes);
    const __m128i line_feed = _mm_set1_epi8('\n');
    const __m128i carriage_return = _mm_set1_epi8('\r');
    size_t offset = start;
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
        if (places != 0) return (ptrdiff_t)offset + __builtin_ctz(places) + 1;
    }
    return -(ptrdiff_t)offset - 1;
}

/* next_line, thirty-two places at a time. Few lines begin as wanted; each of those is looked at closely. */
AVX2 static ptrdiff_t next_line_wide(
    const unsigned char *text, size_t length, size_t start, struct assay_field_shapes shapes) {
    const size_t reach = reach_of(shapes);
    const __m256i line_feed = _mm256_set1_epi8('\n');
    const __m256i carriage_return = _mm256_set1_epi8('\r');
    const __m256i lower_case = _mm256_set1_epi8(0x20);
    const __m256i a = _mm256_set1_epi8((char)shapes.initials[0]);
    const __m256i b = _mm256_set1_epi8((char)shapes.initials[1]);
    const __m256i c = _mm256_set1_epi8((char)shapes.initials[2]);
    size_t offset = start;
    for (; offset + 33 + reach <= length; offset += 32) {
        __m256i first = load_wide(text + offset + 1);
        __m256i lower = _mm256_or_si256(first, lower_case);
        __m256i begins = _mm256_or_si256(
            _mm256_or_si256(_mm256_cmpeq_epi8(first, line_feed), _mm256_cmpeq_epi8(first, carriage_return)),
            _mm256_or_si256(
                _mm256_cmpeq_epi8(lower, a),
                _mm256_or_si256(_mm256_cmpeq_epi8(lower, b), _mm256_cmpeq_epi8(lower, c))));
        __m256i wanted = _mm256_and_si256(_mm256_cmpeq_epi8(load_wide(text + offset), line_feed), begins);
        for (unsigned places = (unsigned)_mm256_movemask_epi8(wanted); places != 0; places &= places - 1) {
            size_t line = offset + (size_t)__builtin_ctz(places) + 1;
            if (is_wanted(text + line, length - line, shapes)) return (ptrdiff_t)line;
        }
    }
    return -(ptrdiff_t)offset - 1;
}
#endif

size_t assay_next_line(const void *bytes, size_t length, size_t start, struct assay_field_shapes shapes) {
    const unsigned char *text = bytes;
    size_t offset = start;
#ifdef __SSE2__
    ptrdiff_t found =
        has_avx2() ? next_line_wide(text, length, start, shapes) : next_line(text, length, start, shapes);
    if (found >= 0) return (size_t)found;
    offset = (size_t)(-found - 1);
#endif
    for (; offset + 1 < length; offset += 1)
        if (text[offset] == '\n' && is_wanted(text + offset + 1, length - offset - 1, shapes)) return offset + 1;
    return length;
}
