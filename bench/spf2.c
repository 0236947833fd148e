/* Checks the clients of `bench spf` with libspf2, DNS answers from its zone layer, and prints the processor time.
   usage: spf2 ZONE COUNT; a line of ZONE is `name TYPE data`. */
#include <sys/types.h>
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>

static const char *clients[] = {"192.0.2.10", "198.51.100.7", "198.51.100.25", "203.0.113.5", "203.0.113.200"};

static double seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int read_zone(SPF_dns_server_t *zone, const char *path) {
    char line[2048], name[256], type[16];
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        int data = 0;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%255s %15s %n", name, type, &data) < 2 || data == 0) continue;
        char *text = line + data;
        size_t length = strlen(text);
        if (text[0] == '"' && length > 1) {
            text[length - 1] = 0;
            text += 1;
        }
        ns_type number = strcmp(type, "TXT") == 0 ? ns_t_txt : strcmp(type, "MX") == 0 ? ns_t_mx : ns_t_a;
        if (number == ns_t_mx) text = strchr(text, ' ') != NULL ? strchr(text, ' ') + 1 : text;
        length = strlen(text);
        if (number == ns_t_mx && text[length - 1] == '.') text[length - 1] = 0;
        SPF_dns_zone_add_str(zone, name, number, NETDB_SUCCESS, text);
    }
    fclose(file);
    return 1;
}

int main(int count, char **arguments) {
    int rounds = count == 3 ? atoi(arguments[2]) : 0;
    SPF_server_t *server = SPF_server_new(SPF_DNS_ZONE, 0);
    if (rounds < 1 || server == NULL || !read_zone(server->resolver, arguments[1])) return 1;
    int passed = 0, failed = 0, checks = 0;
    double start = seconds();
    for (int round = 0; round < rounds; round += 1) {
        for (size_t client = 0; client < sizeof clients / sizeof clients[0]; client += 1) {
            SPF_request_t *request = SPF_request_new(server);
            SPF_response_t *response = NULL;
            SPF_request_set_ipv4_str(request, clients[client]);
            SPF_request_set_helo_dom(request, "mail.example.com");
            SPF_request_set_env_from(request, "user@example.com");
            SPF_request_query_mailfrom(request, &response);
            SPF_result_t result = SPF_response_result(response);
            passed += result == SPF_RESULT_PASS;
            failed += result == SPF_RESULT_FAIL;
            checks += 1;
            SPF_response_free(response);
            SPF_request_free(request);
        }
    }
    printf("checks %d pass %d fail %d cpu %f\n", checks, passed, failed, seconds() - start);
    return 0;
}
