#ifndef ASSAY_CHYPERSCAN_SHIM_H
#define ASSAY_CHYPERSCAN_SHIM_H
#include <hs.h>
#endif
