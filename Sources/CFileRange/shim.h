#ifndef ASSAY_CFILERANGE_SHIM_H
#define ASSAY_CFILERANGE_SHIM_H
/* <fcntl.h> has it for programs that define _GNU_SOURCE, which Swift's Glibc module does not. */
int sync_file_range(int descriptor, long offset, long length, unsigned int flags);
#define FILE_RANGE_WAIT_BEFORE 1
#define FILE_RANGE_WRITE 2
#define FILE_RANGE_WAIT_AFTER 4
#endif
