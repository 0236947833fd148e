#include "CByteScan.h"
#include <stdint.h>
#ifdef __SSE2__
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
#endif

/* How far the work has come, in the text and in what is made of it. */
struct progress {
    const unsigned char *text;
    size_t length;
    size_t position;
    unsigned char *output;
    size_t count;
};

/* The room that one step may take: a vector stored whole, or two bytes. */
static const size_t slack = 32;

static inline int is_space(unsigned char byte) { return byte == ' ' || byte == '\t'; }

static inline int is_crlf(const struct progress *work, size_t place) {
    return work->text[place] == '\r' && place + 1 < work->length && work->text[place + 1] == '\n';
}

/* A line end, which comes out as CRLF; its CR has been copied where it has one. */
static inline void end_line(struct progress *work) {
    if (work->position == 0 || work->text[work->position - 1] != '\r') work->output[work->count++] = '\r';
    work->output[work->count++] = '\n';
    work->position += 1;
}

/* RFC 6376 section 3.4.4: spaces and tabs are one space within a line, nothing at its end. */
static inline void reduce_line(struct progress *work) {
    size_t end = work->position;
    while (end < work->length && is_space(work->text[end])) end += 1;
    if (end < work->length && work->text[end] != '\n' && !is_crlf(work, end)) work->output[work->count++] = ' ';
    work->position = end;
}

/* RFC 6376 section 3.4.2: spaces, tabs and line ends are one space within a field, nothing at its end. A CR that no
   LF follows is neither. */
static inline void reduce_field(struct progress *work) {
    size_t end = work->position;
    while (end < work->length) {
        if (is_space(work->text[end]) || work->text[end] == '\n') {
            end += 1;
        } else if (is_crlf(work, end)) {
            end += 2;
        } else {
            break;
        }
    }
    if (end == work->position) {
        work->output[work->count++] = work->text[work->position++];
        return;
    }
    if (end < work->length) work->output[work->count++] = ' ';
    work->position = end;
}

enum form { simple_lines, relaxed_lines, relaxed_field };

/* Takes the byte at hand, which is not to be copied as it stands, and what belongs to it. */
static inline void take_special(struct progress *work, enum form form) {
    if (form == relaxed_field) {
        reduce_field(work);
    } else if (work->text[work->position] == '\n') {
        end_line(work);
    } else {
        reduce_line(work);
    }
}

static inline int is_special(unsigned char byte, enum form form) {
    switch (form) {
    case simple_lines: return byte == '\n';
    case relaxed_lines: return byte == '\n' || is_space(byte);
    default: return byte == '\n' || is_space(byte) || byte == '\r';
    }
}

static inline void canonicalize(struct progress *work, size_t capacity, enum form form) {
    while (work->position < work->length && work->count + slack <= capacity) {
        unsigned char byte = work->text[work->position];
        if (is_special(byte, form)) {
            take_special(work, form);
        } else {
            work->output[work->count++] = byte;
            work->position += 1;
        }
    }
}

#ifdef __SSE2__
/* Blocks of thirty-two bytes are copied up to the first byte that is not to be copied. A space is, where neither
   white space nor the end of the line follows it. */
AVX2 static inline __attribute__((always_inline)) void canonicalize_wide(
    struct progress *work, size_t capacity, enum form form) {
    const __m256i line_feed = _mm256_set1_epi8('\n');
    const __m256i carriage_return = _mm256_set1_epi8('\r');
    const __m256i tab = _mm256_set1_epi8('\t');
    const __m256i space = _mm256_set1_epi8(' ');
    while (work->position + 33 <= work->length && work->count + slack <= capacity) {
        const unsigned char *from = work->text + work->position;
        __m256i block = _mm256_loadu_si256((const __m256i *)from);
        _mm256_storeu_si256((__m256i *)(work->output + work->count), block);
        __m256i special = _mm256_cmpeq_epi8(block, line_feed);
        if (form != simple_lines) {
            __m256i next = _mm256_loadu_si256((const __m256i *)(from + 1));
            /* No other control is met often enough to be told from these here. */
            __m256i is_low = _mm256_cmpeq_epi8(_mm256_min_epu8(next, space), next);
            __m256i spaces = _mm256_and_si256(_mm256_cmpeq_epi8(block, space), is_low);
            special = _mm256_or_si256(special, _mm256_or_si256(_mm256_cmpeq_epi8(block, tab), spaces));
        }
        if (form == relaxed_field) special = _mm256_or_si256(special, _mm256_cmpeq_epi8(block, carriage_return));
        unsigned places = (unsigned)_mm256_movemask_epi8(special);
        size_t plain = places == 0 ? 32 : (size_t)__builtin_ctz(places);
        work->position += plain;
        work->count += plain;
        if (places != 0 && work->count + 2 <= capacity) take_special(work, form);
    }
}

AVX2 static void simple_lines_wide(struct progress *work, size_t capacity) {
    canonicalize_wide(work, capacity, simple_lines);
}
AVX2 static void relaxed_lines_wide(struct progress *work, size_t capacity) {
    canonicalize_wide(work, capacity, relaxed_lines);
}
AVX2 static void relaxed_field_wide(struct progress *work, size_t capacity) {
    canonicalize_wide(work, capacity, relaxed_field);
}
#endif

size_t assay_canonical_lines(
    const void *text, size_t length, size_t *position, int is_relaxed, void *output, size_t capacity) {
    struct progress work = {text, length, *position, output, 0};
#ifdef __SSE2__
    if (__builtin_cpu_supports("avx2")) {
        if (is_relaxed)
            relaxed_lines_wide(&work, capacity);
        else
            simple_lines_wide(&work, capacity);
    }
#endif
    if (is_relaxed)
        canonicalize(&work, capacity, relaxed_lines);
    else
        canonicalize(&work, capacity, simple_lines);
    *position = work.position;
    return work.count;
}

size_t assay_canonical_field(const void *field, size_t length, void *output) {
    const unsigned char *text = field;
    struct progress work = {text, length, 0, output, 0};
    const size_t capacity = length + 64;
    while (work.position < length && text[work.position] != ':') {
        unsigned char byte = text[work.position++];
        if (!is_space(byte)) work.output[work.count++] = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
    }
    if (work.position == length) return work.count;
    work.output[work.count++] = ':';
    work.position += 1;
    size_t start = work.count;
    if (work.position < length && is_special(text[work.position], relaxed_field)) {
        reduce_field(&work);
        /* White space at the start is left out. */
        if (work.count > start && work.output[start] == ' ') work.count = start;
    }
#ifdef __SSE2__
    if (__builtin_cpu_supports("avx2")) relaxed_field_wide(&work, capacity);
#endif
    canonicalize(&work, capacity, relaxed_field);
    return work.count;
}
