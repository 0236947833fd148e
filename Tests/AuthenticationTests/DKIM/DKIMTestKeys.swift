import Cryptography
import Foundation

/// Keys made for these tests.
enum DKIMTestKeys {
    static let rsa1024 = der(
        """
        MIICXAIBAAKBgQDMZhEwLjj28vGjrLtvjd/L1QyPWmp+BWlS84Qw9KeOQL4N28IAF42YKISTx+O56NphnhG1rR3q5YJOsqV6VW6R\
        HAQ9FAJ1Yx6BxaMotzhlhbGNWpkcx+l4/ViL5njtzTlXvtrz5F/SwDdXjxuXm7Dm2qkAamBHkOcsjicfha1XzwIDAQABAoGAG4rZ\
        YBOqa2RbOUHqU+LbOD0yHxMA7JBQG/RiaLJe7aU9tuJY5uhFlS5Ihx1VS1TcMHE7U67LLD7W60HZWH2wkzFr9qevpIzDgE74kJyk\
        IFjL/1N7i7v4zCsxMKJxWi5sVFBc0UHMDBJyc0LMNkqOlyLr82SjyGO/dgU1EL49GdECQQDvbGIcSrmQRVInqRXZFFo1+INe5ppx\
        5PdIXeXLtOcGV/orSAGp67Vje4DRvPv/CYz4vNF1sKLaLLAcpbuXt1BXAkEA2ozlNfocdeE+J+FUUYYVqaLUfCZ8qw4n5mUDhF9N\
        I6ExJUSSUMuMdkH6echxf3cm0YMtSUyd6j7xTorfAdKpSQJBAMTDqg3eS4qJre7yQwZYd5sLVcvUcPFRXviWUpiLX6ITA4I2d0eS\
        c0wC3+d/DQqYasaxRuMV+4CaYVHp0rXo7ZkCQBlANitqXmdwQtIwwqE4sMAMxCgj+jt5QzrnaOSebjczpI39wjn7ipsPPHVdp19m\
        0OFcGpthcs1hwFemy+VWBaECQF4h6Q0TFwnooAFEIt2oR+AZAWfsN3SFjTmlgQH4LW8ZTfC3S6Qd3KeC6s5qC7lXWcrap0JdRO+8\
        +lK/17jJ72g=
        """)
    static let rsa1024Public = """
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDMZhEwLjj28vGjrLtvjd/L1QyPWmp+BWlS84Qw9KeOQL4N28IAF42YKISTx+O5\
        6NphnhG1rR3q5YJOsqV6VW6RHAQ9FAJ1Yx6BxaMotzhlhbGNWpkcx+l4/ViL5njtzTlXvtrz5F/SwDdXjxuXm7Dm2qkAamBHkOcs\
        jicfha1XzwIDAQAB
        """
    static let rsa512 = der(
        """
        MIIBOwIBAAJBAN/vP/P15CqnGppe888d64GrSwgXR1UVvVoVNfjpmO/sw/8lYMGC/Yah1kUzz/hxDY3+zOgazJuPS0zBXV1KvaMC\
        AwEAAQJAeYMvpsfk+agXbXDcx6SqqIA0hL1s/aSATSN5WAoZ7QX/L8lym2iEeEQbRf+qRL02rHHPKopCU8npMVaVRZM6cQIhAPIk\
        ZhDYq6qixVxDtAVv5UL4NQNODMGlvGwZTarZIOolAiEA7MAX2m9gaqePkaymCwfhW/jwiJ+z6K4CAHqP8MxZKicCIQDuStHC/Gec\
        KklNbjdILoERMdCB6xp0q9TNEO21F67jnQIhAK4qEmIrFS7g3Yk5DV2ICo1ycODRO7SsbeSURVfLvLx5AiA4E3IRGWwPujpyg0Zq\
        bfFRkZcm6X+a021tgK8APPhdWg==
        """)
    static let rsa512Public = """
        MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAN/vP/P15CqnGppe888d64GrSwgXR1UVvVoVNfjpmO/sw/8lYMGC/Yah1kUzz/hxDY3+\
        zOgazJuPS0zBXV1KvaMCAwEAAQ==
        """
    /// RFC 8463 appendix A.2.
    static let ed25519 = PrivateKey(
        ed25519: [UInt8](Data(base64Encoded: "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=") ?? Data()))
    static let ed25519Public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    private static func der(_ base64: String) -> PrivateKey? {
        Data(base64Encoded: base64).flatMap { PrivateKey(der: [UInt8]($0)) }
    }

    /// An RSAPublicKey (RFC 8017 appendix A.1.1) of `bits` bits whose modulus is no product of known primes.
    static func rsaPublicKey(bits: Int) -> String {
        var modulus = (0..<(bits + 7) / 8).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) | 1 }
        modulus[0] = 1 << UInt8((bits - 1) % 8)
        let body = integer(modulus) + integer([1, 0, 1])
        return Data([0x30] + length(body.count) + body).base64EncodedString()
    }

    private static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let content = (bytes.first ?? 0) >= 0x80 ? [0] + bytes : bytes
        return [0x02] + length(content.count) + content
    }

    private static func length(_ count: Int) -> [UInt8] {
        count < 0x80 ? [UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
    }
}
