/// A decompressor that takes input as it comes and gives output as there is room.
protocol StreamDecoder: AnyObject {
    /// Whether the input so far ends where a compressed stream may end.
    var isAtStreamEnd: Bool { get }
    /// Whether all the content of the streams begun so far is out, though their checksums may not have been read.
    var isContentComplete: Bool { get }

    /// Decompresses from `input` into `output` as far as both go.
    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodeStep
}

/// What one call of a decoder did.
struct DecodeStep {
    var consumed: Int
    var produced: Int
    /// Why it cannot go on, in words; what it produced before stands.
    var failure: String?
}
