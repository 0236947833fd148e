/* Verifies the messages of an mbox with libopendkim, keys from a file, and prints the processor time of that alone.
   usage: opendkim MBOX KEYFILE; a line of KEYFILE is a name, a space and the record. */
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

/* With CRLF line ends, as the library wants them. */
static unsigned char *wire_form(const char *text, size_t length, size_t *count) {
    unsigned char *wire = malloc(2 * length);
    *count = 0;
    for (size_t place = 0; place < length; place += 1) {
        if (text[place] == '\n') wire[(*count)++] = '\r';
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
    char *mailbox = count == 3 ? read_file(arguments[1], &length) : NULL;
    DKIM_LIB *library = dkim_init(NULL, NULL);
    if (mailbox == NULL || library == NULL) return 1;
    dkim_query_t method = DKIM_QUERY_FILE;
    dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_QUERYMETHOD, &method, sizeof method);
    dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_QUERYINFO, arguments[2], strlen(arguments[2]));
    double spent = 0;
    int messages = 0, passed = 0;
    for (char *line = mailbox; line != NULL && *line != 0;) {
        char *start = strchr(line, '\n');
        if (start == NULL) break;
        start += 1;
        char *next = strstr(start, "\n\nFrom ");
        char *end = next != NULL ? next + 1 : mailbox + length;
        size_t size = 0;
        unsigned char *wire = wire_form(start, (size_t)(end - start), &size);
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
