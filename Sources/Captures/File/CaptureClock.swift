import Values

/// How an interface of a pcapng file counts time.
struct CaptureClock: Sendable, Hashable {
    /// Units of a second: ten, or two, to the power of `exponent`.
    private var isBinary = false
    private var exponent = 6
    /// Seconds to add.
    var offset: Int64 = 0

    /// Takes the value of the option `if_tsresol`: its highest bit says that the rest is a power of two.
    mutating func setResolution(_ value: UInt8) {
        (isBinary, exponent) = (value & 0x80 != 0, Int(value & 0x7F))
    }

    /// The time of a count of units. What is out of range is brought to its end.
    func time(of units: UInt64) -> Timestamp {
        var milliseconds: UInt64
        if isBinary {
            let seconds = exponent >= 64 ? 0 : units >> UInt64(exponent)
            let fraction = exponent >= 64 ? 0 : units & (UInt64(1) << UInt64(exponent) &- 1)
            let product = fraction.multipliedFullWidth(by: 1000)
            let part =
                exponent == 0 || exponent >= 64
                ? 0 : product.high << UInt64(64 - exponent) | product.low >> UInt64(exponent)
            milliseconds = seconds.multipliedReportingOverflow(by: 1000).partialValue &+ part
        } else {
            milliseconds = units
            for _ in 0..<min(abs(exponent - 3), 20) {
                if exponent > 3 {
                    milliseconds /= 10
                } else {
                    let (value, overflow) = milliseconds.multipliedReportingOverflow(by: 10)
                    milliseconds = overflow ? .max : value
                }
            }
        }
        let clamped = Int64(clamping: milliseconds)
        let (shift, isTooFar) = offset.multipliedReportingOverflow(by: 1000)
        let (sum, isOutside) = clamped.addingReportingOverflow(isTooFar ? 0 : shift)
        // Four digits of a year are what RFC 3339 has.
        return Timestamp(milliseconds: isOutside ? 0 : min(max(sum, 0), 253_402_300_799_999))
    }
}
