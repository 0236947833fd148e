/// A page of its own: style and script are in it, and a policy for its content keeps everything else out.
struct HTMLPage {
    /// A part of the page.
    struct Section {
        let id: String
        let title: String
        let body: String
    }

    let title: String
    let heading: String
    let subtitle: String
    /// What stands above the sections.
    let lead: String
    let sections: [Section]

    var html: String {
        var html = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src \
            'unsafe-inline'">
            <title>\(HTML.text(title))</title><style>\(PageStyle.text)</style></head><body>
            <header><h1>\(HTML.text(heading))</h1><p class="soft">\(HTML.text(subtitle, limit: 1000))</p></header>
            <nav aria-label="Sections">
            """
        for section in sections { html += "<a href=\"#\(section.id)\">\(HTML.text(section.title))</a>" }
        html += "</nav><main>\n" + lead
        for section in sections {
            html += "<section id=\"\(section.id)\"><h2>\(HTML.text(section.title))</h2>\n\(section.body)</section>\n"
        }
        return html + "</main><script>\(PageStyle.script)</script></body></html>\n"
    }
}
