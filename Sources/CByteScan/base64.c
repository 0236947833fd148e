#include "CByteScan.h"

/* What is no digit has a bit above the six of a digit. */
#define NONE 0x80

#define FOUR(byte) byte, byte, byte, byte
#define SIXTEEN(byte) FOUR(byte), FOUR(byte), FOUR(byte), FOUR(byte)

/* The values of all bytes. */
static const unsigned char values[256] = {
    SIXTEEN(NONE), SIXTEEN(NONE), FOUR(NONE), FOUR(NONE), NONE, NONE, NONE, 62, NONE, NONE, NONE, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, FOUR(NONE), NONE, NONE,
    NONE, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    FOUR(NONE), NONE, NONE, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
    48, 49, 50, 51, FOUR(NONE), NONE,
    SIXTEEN(NONE), SIXTEEN(NONE), SIXTEEN(NONE), SIXTEEN(NONE),
    SIXTEEN(NONE), SIXTEEN(NONE), SIXTEEN(NONE), SIXTEEN(NONE),
};

static inline unsigned value_of(unsigned char byte) { return values[byte]; }

ptrdiff_t assay_base64_decode(const void *text, size_t length, void *output) {
    const unsigned char *bytes = text;
    unsigned char *to = output;
    unsigned gathered = 0;
    int sextets = 0;
    int padding = 0;
    size_t place = 0;
    while (place < length) {
        /* Most digits come in unbroken groups of four. */
        while (sextets == 0 && padding == 0 && place + 4 <= length) {
            unsigned a = value_of(bytes[place]), b = value_of(bytes[place + 1]);
            unsigned c = value_of(bytes[place + 2]), d = value_of(bytes[place + 3]);
            if (((a | b | c | d) & NONE) != 0) break;
            unsigned group = a << 18 | b << 12 | c << 6 | d;
            to[0] = (unsigned char)(group >> 16);
            to[1] = (unsigned char)(group >> 8);
            to[2] = (unsigned char)group;
            to += 3;
            place += 4;
        }
        if (place == length) break;
        unsigned char byte = bytes[place++];
        unsigned value = value_of(byte);
        if (value != NONE) {
            if (padding > 0) return -1;
            gathered = gathered << 6 | value;
            sextets += 1;
            if (sextets == 4) {
                *to++ = (unsigned char)(gathered >> 16);
                *to++ = (unsigned char)(gathered >> 8);
                *to++ = (unsigned char)gathered;
                gathered = 0;
                sextets = 0;
            }
        } else if (byte == '=') {
            if (padding < 3) padding += 1;
        } else if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') {
            return -1;
        }
    }
    if (sextets == 0 && padding == 0) {
        /* Nothing is left. */
    } else if (sextets == 2 && (padding == 0 || padding == 2)) {
        *to++ = (unsigned char)(gathered >> 4);
    } else if (sextets == 3 && (padding == 0 || padding == 1)) {
        *to++ = (unsigned char)(gathered >> 10);
        *to++ = (unsigned char)(gathered >> 2);
    } else {
        return -1;
    }
    return to - (unsigned char *)output;
}
