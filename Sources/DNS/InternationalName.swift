import CIDN2
import Values

/// Internationalised domain names in the one form in which they are looked up and compared.
///
/// A name is mapped by UTS #46 (non-transitional: capitals, full-width forms, other full stops, and characters that
/// nobody sees; RFC 5895 is of the same kind) and then checked by RFC 5891 §5.4, so that two spellings that a person
/// cannot tell apart are one name, and what no registry may hold is none.
public enum InternationalName {
    /// `name` with its U-labels as A-labels (RFC 5890 §2.3.2.1), dots and empty labels as they are; itself when it is
    /// ASCII. Nil when it is no UTF-8, longer than 1000 bytes, or has a label that has no such form.
    public static func ascii(_ name: [UInt8]) -> [UInt8]? {
        guard name.contains(where: { $0 > 127 }) else { return name }
        guard name.count <= 1000, !name.contains(0), let text = String(validating: name, as: UTF8.self) else {
            return nil
        }
        return mapped(text)
    }

    private static func mapped(_ text: String) -> [UInt8]? {
        let result = unsafe text.withCString { start -> [UInt8]? in
            guard let name = unsafe assay_idn2_ascii(start) else { return nil }
            defer { unsafe idn2_free(name) }
            return unsafe Array(String(cString: name).utf8)
        }
        // UTS #46 leaves it to others what ASCII a host name may have: a mapping must not bring in a slash or an at sign.
        guard let result, result.allSatisfy({ $0 < 128 }), special(in: result) == special(in: Array(text.utf8)) else {
            return nil
        }
        return result
    }

    private static func special(in name: [UInt8]) -> [UInt8] {
        name.filter { $0 < 128 && !$0.isAlphanumeric && $0 != .hyphen && $0 != .dot && $0 != .ascii("_") }
    }
}
