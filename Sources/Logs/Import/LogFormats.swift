/// The formats that can be read. To add one: a file with the type, and a line here.
public enum LogFormats {
    /// All of them. Of two that are equally sure of a file, or that own a program, the first reads it.
    public static let all: [any LogFormat.Type] = [
        PostfixFormat.self,
        EximFormat.self,
        SendmailFormat.self,
    ]
}
