#ifndef ASSAY_CBYTESCAN_H
#define ASSAY_CBYTESCAN_H
#include <stddef.h>

/* memmem is a GNU extension that Swift's Glibc module does not declare. Returns the offset of the first
   occurrence of `needle`, or -1. */
ptrdiff_t assay_memmem(const void *haystack, size_t haystack_length, const void *needle, size_t needle_length);
#endif
