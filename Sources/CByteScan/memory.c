#include "CByteScan.h"
#ifdef __linux__
#include <malloc.h>
#endif

void assay_keep_freed_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 8 << 20);
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
#endif
}
