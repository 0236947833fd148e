#ifndef ASSAY_CBZIP2_SHIM_H
#define ASSAY_CBZIP2_SHIM_H
#include <bzlib.h>
#endif
