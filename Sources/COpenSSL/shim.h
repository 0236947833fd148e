#ifndef ASSAY_COPENSSL_SHIM_H
#define ASSAY_COPENSSL_SHIM_H
/* The RSA loaders below are deprecated in OpenSSL 3, and eighty times faster than d2i_PUBKEY, which asks every
   provider for a decoder; so are the digests, which take no memory of their own. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

/* An RSA public key in SubjectPublicKeyInfo (RFC 5280 §4.1) or, failing that, RSAPublicKey form (RFC 8017 §A.1.1);
   NULL when it is neither or its modulus has more than maximum_bits. */
static inline EVP_PKEY *assay_rsa_public_key(const unsigned char *der, long length, int maximum_bits) {
    const unsigned char *position = der;
    RSA *rsa = d2i_RSA_PUBKEY(NULL, &position, length);
    if (rsa == NULL) {
        position = der;
        rsa = d2i_RSAPublicKey(NULL, &position, length);
    }
    EVP_PKEY *key = NULL;
    if (rsa != NULL && RSA_bits(rsa) <= maximum_bits) {
        key = EVP_PKEY_new();
        if (key != NULL && EVP_PKEY_set1_RSA(key, rsa) != 1) {
            EVP_PKEY_free(key);
            key = NULL;
        }
    }
    RSA_free(rsa);
    ERR_clear_error();
    return key;
}

static inline EVP_PKEY *assay_ed25519_public_key(const unsigned char *bytes, size_t length) {
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, length);
    ERR_clear_error();
    return key;
}

/* A private key in PKCS #8 or PKCS #1 form, DER. */
static inline EVP_PKEY *assay_private_key(const unsigned char *der, long length) {
    const unsigned char *position = der;
    EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &position, length);
    ERR_clear_error();
    return key;
}

static inline EVP_PKEY *assay_ed25519_private_key(const unsigned char *seed, size_t length) {
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, length);
    ERR_clear_error();
    return key;
}

/* New keys. NULL when libcrypto cannot make one. */
static inline EVP_PKEY *assay_generate_rsa(unsigned int bits) {
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
    ERR_clear_error();
    return key;
}

static inline EVP_PKEY *assay_generate_ed25519(void) {
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    ERR_clear_error();
    return key;
}

/* The key in PKCS #8 form (RFC 5958), DER, written to output where that is not NULL. The length, 0 for none. */
static inline int assay_private_key_info(const EVP_PKEY *key, unsigned char *output) {
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int length = 0;
    if (info != NULL) length = i2d_PKCS8_PRIV_KEY_INFO(info, output == NULL ? NULL : &output);
    PKCS8_PRIV_KEY_INFO_free(info);
    ERR_clear_error();
    return length > 0 ? length : 0;
}

/* The public half in SubjectPublicKeyInfo form, DER, written to output where that is not NULL. The length, 0 for
   none. */
static inline int assay_public_key_info(const EVP_PKEY *key, unsigned char *output) {
    int length = i2d_PUBKEY(key, output == NULL ? NULL : &output);
    ERR_clear_error();
    return length > 0 ? length : 0;
}

static inline int assay_key_is(const EVP_PKEY *key, const char *name) {
    return EVP_PKEY_is_a(key, name) == 1;
}

/* RSASSA-PKCS1-v1_5 over a digest already made. 1 when *signature_length bytes were written. */
static inline int assay_rsa_sign(EVP_PKEY *key, const EVP_MD *digest_algorithm, const unsigned char *digest,
                                 size_t digest_length, unsigned char *signature, size_t *signature_length) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    int made = context != NULL && EVP_PKEY_sign_init(context) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
               EVP_PKEY_CTX_set_signature_md(context, digest_algorithm) == 1 &&
               EVP_PKEY_sign(context, signature, signature_length, digest, digest_length) == 1;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return made;
}

/* PureEdDSA (RFC 8032) over the given bytes. 1 when *signature_length bytes were written. */
static inline int assay_ed25519_sign(EVP_PKEY *key, const unsigned char *message, size_t message_length,
                                     unsigned char *signature, size_t *signature_length) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int made = context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
               EVP_DigestSign(context, signature, signature_length, message, message_length) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return made;
}

static inline int assay_key_bits(const EVP_PKEY *key) {
    return EVP_PKEY_get_bits(key);
}

/* The digest that an RSASSA-PKCS1-v1_5 signature was made over, of SHA-1 or SHA-256: comparing it with another digest
   verifies the signature (RFC 8017 section 8.2.2). Its length, for which there is room at `digest`; 0 when the key has
   made no signature of this form. EVP's contexts for it take a tenth of the time of a verification to make. */
static inline size_t assay_rsa_recover(const EVP_PKEY *key, int is_sha1, const unsigned char *signature,
                                       size_t signature_length, unsigned char *digest) {
    /* RFC 8017 section 9.2, note 1. */
    static const unsigned char sha1[] = {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
                                         0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14};
    static const unsigned char sha256[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                           0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
    const unsigned char *prefix = is_sha1 ? sha1 : sha256;
    size_t prefix_length = is_sha1 ? sizeof sha1 : sizeof sha256;
    size_t digest_length = is_sha1 ? SHA_DIGEST_LENGTH : SHA256_DIGEST_LENGTH;
    unsigned char info[OPENSSL_RSA_MAX_MODULUS_BITS / 8];
    const RSA *rsa = EVP_PKEY_get0_RSA(key);
    size_t size = rsa == NULL ? 0 : (size_t)RSA_size(rsa);
    if (size == 0 || size > sizeof info || signature_length != size) return 0;
    int length = RSA_public_decrypt((int)size, signature, info, (RSA *)rsa, RSA_PKCS1_PADDING);
    if (length < 0) {
        ERR_clear_error();
        return 0;
    }
    if ((size_t)length != prefix_length + digest_length || memcmp(info, prefix, prefix_length) != 0) return 0;
    memcpy(digest, info + prefix_length, digest_length);
    return digest_length;
}

/* A digest under way, of SHA-1 or SHA-256. EVP's contexts lie in five pieces of memory; this one lies where it is
   declared, and copying it is all that looking at a digest half-way takes. */
struct assay_digest {
    int is_sha1;
    union {
        SHA_CTX sha1;
        SHA256_CTX sha256;
    } state;
};

static inline struct assay_digest assay_digest_start(int is_sha1) {
    struct assay_digest digest;
    digest.is_sha1 = is_sha1;
    if (is_sha1)
        SHA1_Init(&digest.state.sha1);
    else
        SHA256_Init(&digest.state.sha256);
    return digest;
}

static inline void assay_digest_add(struct assay_digest *digest, const void *bytes, size_t length) {
    if (digest->is_sha1)
        SHA1_Update(&digest->state.sha1, bytes, length);
    else
        SHA256_Update(&digest->state.sha256, bytes, length);
}

/* Writes the digest, of at most 32 bytes, and returns its length. `digest` can go on growing. */
static inline size_t assay_digest_now(const struct assay_digest *digest, unsigned char *output) {
    struct assay_digest last = *digest;
    if (last.is_sha1) {
        SHA1_Final(output, &last.state.sha1);
        return SHA_DIGEST_LENGTH;
    }
    SHA256_Final(output, &last.state.sha256);
    return SHA256_DIGEST_LENGTH;
}

/* What verifying PureEdDSA (RFC 8032) signatures takes. */
static inline EVP_MD_CTX *assay_ed25519_verification(EVP_PKEY *key) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1) {
        EVP_MD_CTX_free(context);
        context = NULL;
    }
    ERR_clear_error();
    return context;
}

/* PureEdDSA (RFC 8032) over the given bytes. 1 when the signature is the key's. Works on a copy of `prepared`. */
static inline int assay_ed25519_verify(const EVP_MD_CTX *prepared, const unsigned char *message,
                                       size_t message_length, const unsigned char *signature,
                                       size_t signature_length) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int verified = context != NULL && EVP_MD_CTX_copy_ex(context, prepared) == 1 &&
                   EVP_DigestVerify(context, signature, signature_length, message, message_length) == 1;
    EVP_MD_CTX_free(context);
    if (!verified) ERR_clear_error();
    return verified;
}

/* A certificate (RFC 5280), DER; NULL when it is none. */
static inline X509 *assay_certificate(const unsigned char *der, long length) {
    const unsigned char *position = der;
    X509 *certificate = d2i_X509(NULL, &position, length);
    ERR_clear_error();
    return certificate;
}

/* A name in the form of RFC 4514, UTF-8, without a final NUL. The octets it takes, of which at most size are written. */
static inline int assay_certificate_name(const X509 *certificate, int is_issuer, char *output, int size) {
    X509_NAME *name = is_issuer ? X509_get_issuer_name(certificate) : X509_get_subject_name(certificate);
    BIO *bio = BIO_new(BIO_s_mem());
    int length = 0;
    if (bio != NULL && name != NULL &&
        X509_NAME_print_ex(bio, name, 0, XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_DN_REV | XN_FLAG_FN_SN |
                                             XN_FLAG_DUMP_UNKNOWN_FIELDS | ASN1_STRFLGS_ESC_2253 |
                                             ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT |
                                             ASN1_STRFLGS_DUMP_UNKNOWN | ASN1_STRFLGS_DUMP_DER) >= 0) {
        char *text = NULL;
        long available = BIO_get_mem_data(bio, &text);
        length = available > size ? size : (int)available;
        if (length > 0) memcpy(output, text, (size_t)length);
    }
    BIO_free(bio);
    ERR_clear_error();
    return length;
}

/* The DNS names among the subject's alternative names (RFC 5280 §4.2.1.6), each ended by a line feed; where there is
   no alternative name at all, the common name. The octets written; a name that does not fit is left out. */
static inline int assay_certificate_hosts(const X509 *certificate, char *output, int size) {
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int length = 0;
    for (int index = 0; index < (names == NULL ? 0 : sk_GENERAL_NAME_num(names)); index++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
        if (name->type != GEN_DNS) continue;
        int count = ASN1_STRING_length(name->d.dNSName);
        if (count <= 0 || count > 255 || length + count + 1 > size) continue;
        memcpy(output + length, ASN1_STRING_get0_data(name->d.dNSName), (size_t)count);
        length += count;
        output[length++] = '\n';
    }
    if (names == NULL && size > 256) {
        int count = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, output, 256);
        if (count > 0) {
            length = count;
            output[length++] = '\n';
        }
    }
    GENERAL_NAMES_free(names);
    ERR_clear_error();
    return length;
}

/* A time in seconds since 1970; 0 for one that cannot be read. */
static inline long long assay_certificate_time(const X509 *certificate, int is_end) {
    struct tm parts;
    memset(&parts, 0, sizeof parts);
    const ASN1_TIME *at = is_end ? X509_get0_notAfter(certificate) : X509_get0_notBefore(certificate);
    long long seconds = ASN1_TIME_to_tm(at, &parts) == 1 ? (long long)timegm(&parts) : 0;
    ERR_clear_error();
    return seconds;
}

/* A store with the authorities of the system. */
static inline X509_STORE *assay_store(int has_system) {
    X509_STORE *store = X509_STORE_new();
    if (store != NULL && has_system) X509_STORE_set_default_paths(store);
    ERR_clear_error();
    return store;
}

static inline int assay_store_add(X509_STORE *store, X509 *certificate) {
    int added = X509_STORE_add_cert(store, certificate) == 1;
    ERR_clear_error();
    return added;
}

/* Verifies chain[0] by way of the others (RFC 5280 §6) as a server's or a client's, for a host or an address where one
   is given. X509_V_OK, or the code of what is wrong. */
static inline int assay_verify(X509_STORE *store, X509 *const *chain, int count, int is_server, const char *host,
                               const char *address, long long now) {
    int result = X509_V_ERR_UNSPECIFIED;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *others = sk_X509_new_null();
    for (int index = 1; others != NULL && index < count; index++) sk_X509_push(others, chain[index]);
    if (context != NULL && others != NULL && count > 0 && X509_STORE_CTX_init(context, store, chain[0], others) == 1) {
        X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
        X509_STORE_CTX_set_purpose(context, is_server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
        X509_VERIFY_PARAM_set_time(parameters, (time_t)now);
        /* RFC 6125 §6.4.3: a wildcard stands for one whole label. */
        X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        int is_ready = host == NULL || X509_VERIFY_PARAM_set1_host(parameters, host, 0) == 1;
        if (address != NULL) is_ready = is_ready && X509_VERIFY_PARAM_set1_ip_asc(parameters, address) == 1;
        if (is_ready) {
            int verified = X509_verify_cert(context);
            result = X509_STORE_CTX_get_error(context);
            if (verified != 1 && result == X509_V_OK) result = X509_V_ERR_UNSPECIFIED;
        }
    }
    sk_X509_free(others);
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return result;
}
#endif
