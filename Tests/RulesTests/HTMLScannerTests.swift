import Expressions
import Testing
import Values

@testable import Rules

/// HTML, as Perl's HTML::Parser 3.81 takes it apart: the expected events were written down from it.
@Suite struct HTMLScannerTests {
    private struct Recorder: HTMLEvents {
        var events: [String] = []
        mutating func start(_ tag: String, _ attributes: HTMLAttributes) {
            let pairs = attributes.pairs.sorted { $0.name < $1.name }.map {
                "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))"
            }
            events.append("S(\(tag)|\(pairs.joined(separator: ",")))")
        }
        mutating func end(_ tag: String) { events.append("E(\(tag))") }
        mutating func text(_ text: ArraySlice<UInt8>) { events.append("T(\(String(decoding: text, as: UTF8.self)))") }
        mutating func comment(_ text: ArraySlice<UInt8>) {
            events.append("C(\(String(decoding: text, as: UTF8.self)))")
        }
        mutating func declaration(_ text: ArraySlice<UInt8>) {
            events.append("D(\(String(decoding: text, as: UTF8.self)))")
        }
        func isOpen(_ tag: String) -> Bool { false }
    }

    @Test(arguments: [
        ("a < b <3 c", "T(a ) T(< b ) T(<3) T( c)"),
        ("<a href=\"x\" href=\"y\">t</a >", "S(a|href=x) T(t) E(a)"),
        ("<a/href=x>t</a/b c>", "S(a/href=x|) T(t) E(a/b)"),
        ("<a href=\"x>t <b>foo", "C(<a href=\"x>t <b>foo)"),
        ("x <b", "T(x ) C(<b)"),
        ("<!-- a -- > b --> c", "C(<!-- a -- >) T( b -->) T( c)"),
        ("<!-- a --!> b --> c", "C(<!-- a --!> b -->) T( c)"),
        ("<!--> x", "C(<!-->) T( x)"),
        ("<!-- open <b>bold", "C(<!-- open <b>) T(bold)"),
        ("<!doctype html x>z", "D(<!doctype html x>) T(z)"),
        ("<!foo bar> x", "C(<!foo bar>) T( x)"),
        ("<![CDATA[ab<c>]]>y", "T(ab<c>) T(y)"),
        ("<?php foo > bar ?> z", "T( bar ?>) T( z)"),
        ("<script>a<b>c</script >d", "S(script|) T(a<b>c) E(script) T(d)"),
        ("<title>a &amp; b<b>c</title>d", "S(title|) T(a & b<b>c) E(title) T(d)"),
        ("<textarea>q<b></textarea>", "S(textarea|) T(q<b>) E(textarea)"),
        ("<a title=a&copy2 b=&amp;c d>x", "S(a|b=&c,d=d,title=a&copy2) T(x)"),
        ("</ b> x", "C(</ b>) T( x)"), ("</> x", "C(</>) T( x)"),
        ("<_x> y", "S(_x|) T( y)"),
        ("<a b = \"c\" d= e f =g>", "S(a|b=c,d=e,f=g)"),
        ("<a b='c'd='e'>x", "S(a|b=c,d=e) T(x)"),
        ("<a =b>x", "S(a|=b==b) T(x)"),
        ("<A HREF=X>y</A>", "S(a|href=X) T(y) E(a)"),
        ("<p><a <b>c", "S(p|) S(a|<b=<b) T(c)"),
        ("<iframe src=x>in <b>b</b></iframe>o", "S(iframe|src=x) T(in <b>b</b>) E(iframe) T(o)"),
        ("<plaintext>x<b>y", "S(plaintext|) T(x<b>y)"),
        ("a&#0;b", "T(a&#0;b)"), ("<!>x", "C(<!>) T(x)"), ("<!--x", "C(<!--x)"), ("a<", "T(a) C(<)"),
        ("<a x=>b", "S(a|x=) T(b)"), ("<img src = \"b\" / >", "S(img|/=/,src=b)"),
    ])
    func events(source: String, expected: String) {
        var recorder = Recorder()
        var scanner = HTMLScanner(Array(source.utf8))
        scanner.scan(&recorder)
        #expect(recorder.events.joined(separator: " ") == expected)
    }

    @Test(arguments: [
        "<", "<!--", "<a href=\"", "<div>", "</div>", "<b x='", "&#", "<style>", "<title>", "<![CDATA[",
        "<font size=1>", "<td>",
    ])
    func whatIsNeverClosedTakesLinearTime(piece: String) {
        let source = Array(String(repeating: piece, count: 100_000).utf8)
        let html = HTMLRendering(source, isWide: false, byteCount: source.count, matcher: .init())
        #expect(html.length == source.count)
    }

    @Test(arguments: [
        ("a&nbsp;b", "a b"), ("a<br>b", "a\nb"), ("a <p> b", "a\n\nb"), ("V<b></b>iagra", "Viagra"),
        ("<td>a</td><td>b</td>", " a  b "), ("x<style>p{}</style>y", "xy"), ("\u{201C}q\u{201D}", "\"q\""),
    ])
    func textIsWhatPeopleRead(source: String, expected: String) {
        let html = HTMLRendering(Array(source.utf8), isWide: true, byteCount: source.utf8.count, matcher: .init())
        #expect(String(decoding: html.text.bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("<font color=white>x", true), ("<font color=#fefefe>x", true), ("<font color=black>x", false),
        ("<span style='display:none'>x", true), ("<span style='color:#FFF'>x", true), ("<font size=1>x", true),
        ("<span style='visibility: hidden'>x", true), ("<body bgcolor=black><font color=black>x", false),
        ("<div style='background:black;color:black'>x", true), ("<span style='color:rgb(255,255,255)'>x", true),
        ("<font color='rgb(100%, 100%,255)'>x", true), ("<font color='rgb(99999999999999999%,1,1)'>x", false),
        ("<font color=fff>x", true), ("<font color='#fff000'>x", false), ("<font color=#FFFF>x", true),
        ("<div style='background: url(a b) no-repeat, #123456 ; color:#123456'>x", true),
        ("<div style='COLOR: White !important'>x", true), ("<div style='color:transparent'>x", true),
        ("<div style='background:transparent;color:inherit'>x", false), ("<p style='display: None'>x", true),
    ])
    func hiddenTextIsKnown(source: String, isHidden: Bool) {
        let html = HTMLRendering(Array(source.utf8), isWide: false, byteCount: source.utf8.count, matcher: .init())
        #expect(html.text.invisible.isEmpty != isHidden)
    }
}
