// libyaml itself, which the Yams package carries: Yams' composer stops at the first key given twice, tells only one
// of its places and expands every alias, while a policy wants all its mistakes told and a bound on aliases.
import CYaml
import Values

/// One event of a YAML stream with the place where it begins.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(String, isQuoted: Bool)
        case alias(String)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    /// From 1.
    let line: Int
    /// From 1, in Unicode scalars.
    let column: Int
    var anchor: String?
    var tag: String?
}

/// Why a stream is not YAML, in libyaml's words.
struct YAMLFault: Error {
    let problem: String
    /// From 1.
    let line: Int
    let column: Int
    /// What the scanner was about, `while parsing a block mapping`, and where that began.
    let context: String?
    let contextLine: Int
    let contextColumn: Int
}

/// The events of a YAML stream, one after another. The C parser and its input live as long as this value; nothing
/// unsafe leaves it.
@safe struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let isReady: Bool

    /// The events of `bytes`, which must be UTF-8 without a byte order mark.
    init(_ bytes: Bytes) {
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(fromContentsOf: bytes.array)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        isReady = unsafe yaml_parser_initialize(parser) == 1
        guard isReady else { return }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        if isReady { unsafe yaml_parser_delete(parser) }
        unsafe parser.deinitialize(count: 1)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event. After `streamEnd` or a fault there are no more.
    mutating func next() throws(YAMLFault) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard isReady, unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { unsafe yaml_event_delete(&event) }
        let line = unsafe Int(event.start_mark.line) + 1
        let column = unsafe Int(event.start_mark.column) + 1
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, line: line, column: column)
        case YAML_DOCUMENT_START_EVENT:
            return YAMLEvent(kind: .documentStart, line: line, column: column)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, line: line, column: column)
        case YAML_ALIAS_EVENT:
            let name = unsafe YAMLEvents.text(event.data.alias.anchor) ?? ""
            return YAMLEvent(kind: .alias(name), line: line, column: column)
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let kind = unsafe YAMLEvent.Kind.scalar(
                String(decoding: bytes, as: UTF8.self), isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE)
            return unsafe YAMLEvent(
                kind: kind, line: line, column: column, anchor: YAMLEvents.text(scalar.anchor),
                tag: YAMLEvents.text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe YAMLEvent(
                kind: .sequenceStart, line: line, column: column, anchor: YAMLEvents.text(start.anchor),
                tag: YAMLEvents.text(start.tag))
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, line: line, column: column)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe YAMLEvent(
                kind: .mappingStart, line: line, column: column, anchor: YAMLEvents.text(start.anchor),
                tag: YAMLEvents.text(start.tag))
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, line: line, column: column)
        default: return YAMLEvent(kind: .streamEnd, line: line, column: column)
        }
    }

    private var fault: YAMLFault {
        guard isReady, let problem = unsafe parser.pointee.problem else {
            return YAMLFault(
                problem: "out of memory", line: 1, column: 1, context: nil, contextLine: 1, contextColumn: 1
            )
        }
        let state = unsafe parser.pointee
        return unsafe YAMLFault(
            problem: String(cString: problem), line: Int(state.problem_mark.line) + 1,
            column: Int(state.problem_mark.column) + 1,
            context: state.context.map { unsafe String(cString: $0) },
            contextLine: unsafe Int(state.context_mark.line) + 1,
            contextColumn: unsafe Int(state.context_mark.column) + 1)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }
}
