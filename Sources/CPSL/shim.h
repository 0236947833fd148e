#ifndef ASSAY_CPSL_SHIM_H
#define ASSAY_CPSL_SHIM_H
#include <libpsl.h>
#include <stdio.h>

/* A list read from memory, as text or as the compiled form that psl-make-dafsa(1) writes; NULL when it is neither. */
static inline psl_ctx_t *assay_psl_read(const void *bytes, size_t length) {
    FILE *file = length > 0 ? fmemopen((void *)bytes, length, "r") : NULL;
    if (file == NULL) return NULL;
    psl_ctx_t *list = psl_load_fp(file);
    fclose(file);
    return list;
}
#endif
