import Glibc
import Values

/// The parser under test: the one that ASSAY_FUZZ_PARSER names.
private let parser: Parser? = unsafe getenv("ASSAY_FUZZ_PARSER").flatMap {
    unsafe Parser(rawValue: String(cString: $0))
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// One input of the fuzzer.
private func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe parser?.run(Bytes(Array(UnsafeBufferPointer(start: data, count: count))))
    return 0
}

/// SwiftPM calls an executable's entry point `<target>_main`; libFuzzer's driver takes over from there.
@_cdecl("fuzz_main")
func fuzzMain(_ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
    guard parser != nil else {
        let names = Parser.allCases.map(\.rawValue).joined(separator: " ")
        print("set ASSAY_FUZZ_PARSER to one of: \(names)")
        return 64
    }
    var count = count
    var arguments = unsafe arguments
    return unsafe runDriver(&count, &arguments, test)
}
