#ifndef ASSAY_CIDN2_SHIM_H
#define ASSAY_CIDN2_SHIM_H
#include <idn2.h>

/* The name in UTF-8 as the DNS has it, after the mapping of UTS 46 (non-transitional) and the checks of IDNA2008; NULL
   when it has no such form. To be freed with idn2_free(). */
static inline char *assay_idn2_ascii(const char *name) {
    uint8_t *result = NULL;
    int code = idn2_lookup_u8((const uint8_t *)name, &result, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    return code == IDN2_OK ? (char *)result : NULL;
}
#endif
