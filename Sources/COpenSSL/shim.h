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

/* What reading RSASSA-PKCS1-v1_5 signatures over digests of one algorithm takes, made ready: that costs a fifth of
   a verification. NULL when libcrypto does not offer it. */
static inline EVP_PKEY_CTX *assay_rsa_verification(EVP_PKEY *key, const EVP_MD *digest_algorithm) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    if (context != NULL && (EVP_PKEY_verify_recover_init(context) != 1 ||
                            EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 ||
                            EVP_PKEY_CTX_set_signature_md(context, digest_algorithm) != 1)) {
        EVP_PKEY_CTX_free(context);
        context = NULL;
    }
    ERR_clear_error();
    return context;
}

/* The digest that an RSASSA-PKCS1-v1_5 signature was made over: comparing it with another digest verifies the
   signature (RFC 8017 section 8.2.2). 1 when *digest_length bytes, of a room of the modulus' length, were written; the
   key has made a signature of this form then. Works on a copy of `prepared`, which so may serve several threads at a
   time. */
static inline int assay_rsa_recover(const EVP_PKEY_CTX *prepared, const unsigned char *signature,
                                    size_t signature_length, unsigned char *digest, size_t *digest_length) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_dup(prepared);
    int recovered = context != NULL &&
                    EVP_PKEY_verify_recover(context, digest, digest_length, signature, signature_length) == 1;
    EVP_PKEY_CTX_free(context);
    if (!recovered) ERR_clear_error();
    return recovered;
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
#endif
