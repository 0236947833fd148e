#ifndef ASSAY_CZLIB_SHIM_H
#define ASSAY_CZLIB_SHIM_H
#include <zlib.h>
/* inflateInit2 is a macro, which Swift does not import. */
static inline int assay_inflate_init_gzip(z_streamp stream) { return inflateInit2(stream, 15 + 16); }

static inline int assay_inflate_init_raw(z_streamp stream) { return inflateInit2(stream, -15); }

static inline int assay_deflate_init_gzip(z_streamp stream) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
#endif
