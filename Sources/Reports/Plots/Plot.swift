/// The frame of a plot: SVG in units of its own, scaled by the page.
struct Plot {
    static let width = 720.0
    static let height = 260.0
    static let left = 100.0
    static let right = 12.0
    static let top = 14.0
    static let bottom = 30.0

    private var content = ""
    private let label: String

    /// A plot that `label` describes to those who do not see it.
    init(_ label: String) { self.label = label }

    static var innerWidth: Double { width - left - right }
    static var innerHeight: Double { height - top - bottom }

    /// The place of a share of the width.
    static func x(_ share: Double) -> Double { left + share * innerWidth }
    /// The place of a share of the height, from below.
    static func y(_ share: Double) -> Double { top + (1 - share) * innerHeight }

    mutating func bar(from start: Double, to end: Double, low: Double, high: Double, _ style: String, _ title: String) {
        guard high > low else { return }
        let (x, y) = (Plot.x(start), Plot.y(high))
        content += "<rect class=\"\(style)\" x=\"\(Plot.text(x))\" y=\"\(Plot.text(y))\" "
        content +=
            "width=\"\(Plot.text(max(0.5, Plot.x(end) - x)))\" height=\"\(Plot.text(max(0.5, Plot.y(low) - y)))\">"
        content += "<title>\(HTML.text(title))</title></rect>"
    }

    mutating func line(_ points: [(x: Double, y: Double)], _ style: String) {
        let text = points.map { "\(Plot.text(Plot.x($0.x))),\(Plot.text(Plot.y($0.y)))" }.joined(separator: " ")
        content += "<polyline class=\"\(style)\" points=\"\(text)\"/>"
    }

    /// A mark across the plot at a share of its width, with a word at its head.
    mutating func mark(at share: Double, _ word: String) {
        line([(share, 0), (share, 1)], "limit")
        let isLate = share > 0.85
        content += "<text x=\"\(Plot.text(Plot.x(share) + (isLate ? -4 : 4)))\" y=\"\(Plot.text(Plot.top + 10))\""
        content += "\(isLate ? " text-anchor=\"end\"" : "")>\(HTML.text(word))</text>"
    }

    /// A word below the axis.
    mutating func below(_ share: Double, _ word: String) {
        let anchor = share < 0.02 ? "start" : share > 0.98 ? "end" : "middle"
        content += "<text text-anchor=\"\(anchor)\" x=\"\(Plot.text(Plot.x(share)))\" "
        content += "y=\"\(Plot.text(Plot.height - 10))\">\(HTML.text(word))</text>"
    }

    /// A word left of the axis, and a line across.
    mutating func beside(_ share: Double, _ word: String) {
        content += "<text text-anchor=\"end\" x=\"\(Plot.text(Plot.left - 6))\" "
        content += "y=\"\(Plot.text(Plot.y(share) + 4))\">\(HTML.text(word))</text>"
        line([(0, share), (1, share)], "axis")
    }

    /// A word left of the axis.
    mutating func name(_ share: Double, _ word: String) {
        content += "<text text-anchor=\"end\" x=\"\(Plot.text(Plot.left - 6))\" "
        content += "y=\"\(Plot.text(Plot.y(share) + 4))\">\(HTML.text(word))</text>"
    }

    var svg: String {
        "<div class=\"wide\"><svg viewBox=\"0 0 \(Int(Plot.width)) \(Int(Plot.height))\" role=\"img\" aria-label=\"\(HTML.text(label))\">"
            + content + "</svg></div>\n"
    }

    /// A coordinate with one decimal.
    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    /// A round number that is no less than `value`, for the end of an axis.
    static func ceiling(_ value: Int) -> Int {
        var unit = 1
        while unit * 10 <= value { unit *= 10 }
        return [1, 2, 5, 10].map { $0 * unit }.first { $0 >= value } ?? max(1, value)
    }
}
