#ifndef ASSAY_CARCHIVE_SHIM_H
#define ASSAY_CARCHIVE_SHIM_H
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* An archive in memory. What the library is given of it is counted, each time: archives whose members overlap, or lead
   back to their start, would else have it read the same bytes for ever. */
typedef struct {
    struct archive *archive;
    struct archive_entry *entry;
    locale_t locale;
    int is_open;
    size_t count;
    size_t position;
    uint64_t served;
    uint64_t limit;
    unsigned char bytes[];
} assay_archive;

enum {
    ASSAY_ZIP, ASSAY_7ZIP, ASSAY_RAR, ASSAY_TAR, ASSAY_CAB, ASSAY_LHA, ASSAY_ISO, ASSAY_XAR, ASSAY_CPIO, ASSAY_AR,
    ASSAY_GZIP, ASSAY_BZIP2, ASSAY_XZ, ASSAY_LZMA, ASSAY_ZSTD, ASSAY_LZ4, ASSAY_LZIP, ASSAY_COMPRESS, ASSAY_RPM
};

/* Small pieces: after each seek one is given whole, though little of it may be wanted. */
#define ASSAY_ARCHIVE_PIECE 4096

static la_ssize_t assay_archive_give(struct archive *archive, void *data, const void **piece) {
    assay_archive *file = (assay_archive *)data;
    size_t left = file->count - file->position;
    size_t length = left < ASSAY_ARCHIVE_PIECE ? left : ASSAY_ARCHIVE_PIECE;
    if (file->served + length > file->limit) {
        archive_set_error(archive, 0, "reads more than an archive of this size needs");
        return ARCHIVE_FATAL;
    }
    *piece = file->bytes + file->position;
    file->position += length;
    file->served += length;
    return (la_ssize_t)length;
}

static la_int64_t assay_archive_skip(struct archive *archive, void *data, la_int64_t wanted) {
    (void)archive;
    assay_archive *file = (assay_archive *)data;
    la_int64_t left = (la_int64_t)(file->count - file->position);
    if (wanted < 0) return 0;
    if (wanted > left) wanted = left;
    file->position += (size_t)wanted;
    return wanted;
}

static la_int64_t assay_archive_seek(struct archive *archive, void *data, la_int64_t offset, int whence) {
    (void)archive;
    assay_archive *file = (assay_archive *)data;
    la_int64_t base = whence == SEEK_SET ? 0 : (la_int64_t)(whence == SEEK_CUR ? file->position : file->count);
    la_int64_t count = (la_int64_t)file->count;
    if (offset > count - base || offset < -base) offset = offset < 0 ? -base : count - base;
    file->position = (size_t)(base + offset);
    return base + offset;
}

/* Only what is read in this process: a result other than ARCHIVE_OK means that a program would be started. */
static inline int assay_archive_choose(struct archive *a, int format) {
    int result;
    switch (format) {
    case ASSAY_ZIP: return archive_read_support_format_zip(a);
    case ASSAY_7ZIP: return archive_read_support_format_7zip(a);
    case ASSAY_RAR:
        result = archive_read_support_format_rar(a);
        return result == ARCHIVE_OK ? archive_read_support_format_rar5(a) : result;
    case ASSAY_TAR: return archive_read_support_format_tar(a);
    case ASSAY_CAB: return archive_read_support_format_cab(a);
    case ASSAY_LHA: return archive_read_support_format_lha(a);
    case ASSAY_ISO: return archive_read_support_format_iso9660(a);
    case ASSAY_XAR: return archive_read_support_format_xar(a);
    case ASSAY_CPIO: return archive_read_support_format_cpio(a);
    case ASSAY_AR: return archive_read_support_format_ar(a);
    case ASSAY_RPM:
        result = archive_read_support_filter_rpm(a);
        if (result == ARCHIVE_OK) result = archive_read_support_filter_gzip(a);
        if (result == ARCHIVE_OK) result = archive_read_support_filter_xz(a);
        if (result == ARCHIVE_OK) result = archive_read_support_filter_zstd(a);
        return result == ARCHIVE_OK ? archive_read_support_format_cpio(a) : result;
    default: break;
    }
    switch (format) {
    case ASSAY_GZIP: result = archive_read_append_filter(a, ARCHIVE_FILTER_GZIP); break;
    case ASSAY_BZIP2: result = archive_read_append_filter(a, ARCHIVE_FILTER_BZIP2); break;
    case ASSAY_XZ: result = archive_read_append_filter(a, ARCHIVE_FILTER_XZ); break;
    case ASSAY_LZMA: result = archive_read_append_filter(a, ARCHIVE_FILTER_LZMA); break;
    case ASSAY_ZSTD: result = archive_read_append_filter(a, ARCHIVE_FILTER_ZSTD); break;
    case ASSAY_LZ4: result = archive_read_append_filter(a, ARCHIVE_FILTER_LZ4); break;
    case ASSAY_LZIP: result = archive_read_append_filter(a, ARCHIVE_FILTER_LZIP); break;
    case ASSAY_COMPRESS: result = archive_read_append_filter(a, ARCHIVE_FILTER_COMPRESS); break;
    default: return ARCHIVE_FATAL;
    }
    return result == ARCHIVE_OK ? archive_read_support_format_raw(a) : result;
}

/* NULL where there is no memory. Whether it can be read, the first call for a member tells. */
static inline assay_archive *assay_archive_open(const void *bytes, size_t count, uint64_t limit, int format) {
    assay_archive *file = (assay_archive *)malloc(sizeof(assay_archive) + count);
    if (file == NULL) return NULL;
    memset(file, 0, sizeof(assay_archive));
    if (count > 0) memcpy(file->bytes, bytes, count);
    file->count = count;
    file->limit = limit;
    /* Names come in the charset of the locale, which is no business of the rest of the program. */
    file->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    file->archive = archive_read_new();
    if (file->archive == NULL) {
        if (file->locale != (locale_t)0) freelocale(file->locale);
        free(file);
        return NULL;
    }
    locale_t before = file->locale != (locale_t)0 ? uselocale(file->locale) : (locale_t)0;
    if (assay_archive_choose(file->archive, format) == ARCHIVE_OK) {
        archive_read_set_read_callback(file->archive, assay_archive_give);
        archive_read_set_skip_callback(file->archive, assay_archive_skip);
        archive_read_set_seek_callback(file->archive, assay_archive_seek);
        archive_read_set_callback_data(file->archive, file);
        file->is_open = archive_read_open1(file->archive) == ARCHIVE_OK;
    } else {
        archive_set_error(file->archive, 0, "the library reads no archives of this kind");
    }
    if (before != (locale_t)0) uselocale(before);
    return file;
}

static inline void assay_archive_close(assay_archive *file) {
    archive_read_free(file->archive);
    if (file->locale != (locale_t)0) freelocale(file->locale);
    free(file);
}

/* ARCHIVE_OK or ARCHIVE_WARN with a member, ARCHIVE_EOF, or a failure. */
static inline int assay_archive_next(assay_archive *file) {
    if (!file->is_open) return ARCHIVE_FATAL;
    locale_t before = file->locale != (locale_t)0 ? uselocale(file->locale) : (locale_t)0;
    int result = archive_read_next_header(file->archive, &file->entry);
    if (before != (locale_t)0) uselocale(before);
    return result;
}

/* The member's name in UTF-8 or as it is stored; NULL where there is none. Valid until the next call. */
static inline const char *assay_archive_name(assay_archive *file) {
    locale_t before = file->locale != (locale_t)0 ? uselocale(file->locale) : (locale_t)0;
    const char *name = archive_entry_pathname_utf8(file->entry);
    if (name == NULL) name = archive_entry_pathname(file->entry);
    if (before != (locale_t)0) uselocale(before);
    return name;
}

static inline int64_t assay_archive_read(assay_archive *file, void *buffer, size_t size) {
    locale_t before = file->locale != (locale_t)0 ? uselocale(file->locale) : (locale_t)0;
    int64_t result = archive_read_data(file->archive, buffer, size);
    if (before != (locale_t)0) uselocale(before);
    return result;
}

/* Where an archive could not be opened, the library would call what lies behind its table of formats. */
static inline int assay_archive_says_encrypted(assay_archive *file) {
    return file->is_open && archive_read_has_encrypted_entries(file->archive) == 1;
}
#endif
