#define _GNU_SOURCE
#include "CByteScan.h"
#include <string.h>

ptrdiff_t assay_memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length) {
    const char *found = memmem(haystack, haystack_length, needle, needle_length);
    return found == NULL ? -1 : found - (const char *)haystack;
}
