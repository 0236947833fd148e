/* Verifies the messages of an mbox with libopendkim, all of them with one key, and prints the processor time of that
   alone. usage: opendkim MBOX KEY-RECORD crlf|lf [KEY-FILE]: whether the library is given CRLF line ends, as it wants
   them, or the LF ones of the mbox, which it is told to mend. With KEY-FILE the record is written there and read by the
   library itself, once for each message; without, it is handed over from memory. */
#include <opendkim/dkim.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    fseek(file, 0, SEEK_END);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length + 1);
    if (bytes != NULL && fread(bytes, 1, *length, file) == *length) bytes[*length] = 0;
    fclose(file);
    return bytes;
}

static const char *record;

/* Writes the file of keys that the library reads: a name and its record on a line. */
static int write_key_file(const char *path) {
    FILE *file = fopen(path, "w");
    if (file == NULL) return 0;
    fprintf(file, "bench._domainkey.signer.example %s\n", record);
    return fclose(file) == 0;
}

/* The answer to every question for a key, without a file or DNS to read. */
static DKIM_CBSTAT look_up_key(DKIM *handle, DKIM_SIGINFO *signature, unsigned char *answer, size_t room) {
    (void)handle;
    (void)signature;
    if (strlen(record) >= room) return DKIM_CBSTAT_NOTFOUND;
    strcpy((char *)answer, record);
    return DKIM_CBSTAT_CONTINUE;
}

/* With CRLF line ends, or as it is. */
static unsigned char *wire_form(const char *text, size_t length, int has_crlf, size_t *count) {
    unsigned char *wire = malloc(2 * length);
    *count = 0;
    for (size_t place = 0; place < length; place += 1) {
        if (has_crlf && text[place] == '\n') wire[(*count)++] = '\r';
        wire[(*count)++] = (unsigned char)text[place];
    }
    return wire;
}

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    size_t length = 0;
    char *mailbox = count == 4 || count == 5 ? read_file(arguments[1], &length) : NULL;
    DKIM_LIB *library = dkim_init(NULL, NULL);
    if (mailbox == NULL || library == NULL) return 1;
    record = arguments[2];
    int has_crlf = strcmp(arguments[3], "crlf") == 0;
    unsigned int flags = has_crlf ? 0 : DKIM_LIBFLAGS_FIXCRLF;
    dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags, sizeof flags);
    if (count == 5) {
        dkim_query_t query = DKIM_QUERY_FILE;
        dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_QUERYMETHOD, &query, sizeof query);
        dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_QUERYINFO, arguments[4], strlen(arguments[4]));
        if (!write_key_file(arguments[4])) return 1;
    } else {
        dkim_set_key_lookup(library, look_up_key);
    }
    double spent = 0;
    int messages = 0, passed = 0;
    for (char *line = mailbox; line != NULL && *line != 0;) {
        char *start = strchr(line, '\n');
        if (start == NULL) break;
        start += 1;
        char *next = strstr(start, "\n\nFrom ");
        char *end = next != NULL ? next + 1 : mailbox + length;
        size_t size = 0;
        unsigned char *wire = wire_form(start, (size_t)(end - start), has_crlf, &size);
        double begun = seconds();
        DKIM_STAT status = DKIM_STAT_OK;
        DKIM *handle = dkim_verify(library, (const unsigned char *)"bench", NULL, &status);
        if (handle != NULL && dkim_chunk(handle, wire, size) == DKIM_STAT_OK
            && dkim_chunk(handle, NULL, 0) == DKIM_STAT_OK && dkim_eom(handle, NULL) == DKIM_STAT_OK)
            passed += 1;
        if (handle != NULL) dkim_free(handle);
        spent += seconds() - begun;
        free(wire);
        messages += 1;
        line = next != NULL ? next + 2 : NULL;
    }
    printf("messages %d passed %d cpu %.6f\n", messages, passed, spent);
    return 0;
}
