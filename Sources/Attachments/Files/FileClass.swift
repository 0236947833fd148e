/// What kind of thing a file is: what rules speak of.
public enum FileClass: String, Sendable, Hashable, CaseIterable {
    /// A program of any system.
    case executable
    /// What installs a program: packages of systems and browsers.
    case package
    /// What runs when somebody opens it, without being a program: scripts of Windows, HTML applications.
    case script
    /// Scripts that have to be started by hand: those of shells and programming languages.
    case sourceScript = "source-script"
    /// What leads elsewhere when it is opened: shortcuts, connections, queries.
    case shortcut
    /// Several files in one.
    case archive
    /// One file, compressed.
    case compressed
    /// An image of a disk, which systems open as a drive.
    case diskImage = "disk-image"
    /// Office documents.
    case office
    case pdf
    /// HTML and what is shown as HTML.
    case page
    /// Drawings that may hold scripts: SVG.
    case drawing
    case image
    case audio
    case video
    case text
    /// Messages, and what mail programs wrap files in.
    case mail
    case calendar
    case contact
    case notebook
    case font
    case encryption
    case database
    /// Nothing that is known.
    case data
}
