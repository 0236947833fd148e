#ifndef ASSAY_CLZMA_SHIM_H
#define ASSAY_CLZMA_SHIM_H
#include <lzma.h>
/* LZMA_STREAM_INIT is a macro, which Swift does not import. */
static inline lzma_stream assay_lzma_stream(void) {
    lzma_stream stream = LZMA_STREAM_INIT;
    return stream;
}
#endif
