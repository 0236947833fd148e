#ifndef ASSAY_CLDNS_SHIM_H
#define ASSAY_CLDNS_SHIM_H
/* stdbool first: without it ldns's own bool arrives in Swift as Int8. */
#include <stdbool.h>
#include <stdio.h>
#include <ldns/ldns.h>
#endif
