import Mail
import Testing
import Values

@Suite struct HTMLTextTests {
    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("a  b\n c", "a b c"), ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"), ("<b>bo</b>ld", "bold"), ("a<b> b </b>c", "a b c"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<ul><li>a<li>b</ul>c", "a\nb\n\nc"),
        ("a<script>var x = '<p>';</script>b", "ab"), ("a<style>p{}</style>b", "ab"), ("a<!-- <b>no</b> -->b", "ab"),
        ("a<!-->b", "ab"), ("a<!doctype html>b", "ab"), ("a<?php x ?>b", "ab"), ("a<![if !mso]>b<![endif]>", "ab"),
        ("<script>never closed <p>x", ""), ("<!-- never closed <p>x", ""), ("a < b > c", "a < b > c"), ("a<", "a<"),
        ("a</", "a</"),
        ("a</>b", "ab"), ("1 <2", "1 <2"), ("<a href=x", ""), ("<p/>a<p/>b", "a\n\nb"),
        ("&lt;b&gt; &amp;amp; &quot;", "<b> &amp; \""), ("&#65;&#x42;&#X43;", "ABC"), ("&#65 &#x42z", "A Bz"),
        ("&nbsp;a&nbsp;&nbsp;b", " a  b"), ("a\u{A0}b", "a b"), ("&copy2024 &copy; &euro; &hearts;", "©2024 © € ♥"),
        ("&unknown; &; &", "&unknown; &; &"),
        ("&#0;&#xD800;&#x110000;&#99999999999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("&#150;&#x93;", "–“"), ("&sup2;&sup;&notin;&not", "²⊃∉¬"), ("&thetasym;", "ϑ"), ("caf&eacute", "café"),
        ("<img src=x alt='a picture'>", "a picture"), ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ("<title>T</title><body>x", "x"), ("<textarea><b>t</b></textarea>", "<b>t</b>"),
        ("<P CLASS=\"a>b\">x</P>", "x"),
        ("<p title='it&#39;s>'>x", "x"), ("é日本", "é日本"),
    ]) func text(html: String, text: String) {
        #expect(HTMLText.render(html).text == text)
    }

    @Test func linksImagesTitleAndBase() {
        let html = """
            <title> A &amp; B </title><base href="http://base.example/">
            <a href=" http://a.example/?x=1&amp;y=2&copy=3 ">click <b>here</b> <img src=i.png alt=now></a>
            <a name=anchor>no link</a><a href=one>first<a href=two>second
            <area href="area" alt="spot"><img src="cid:x">
            """
        let got = HTMLText.render(html)
        #expect(got.title == "A & B")
        #expect(got.base == "http://base.example/")
        #expect(
            got.links.map { [$0.address, $0.text] } == [
                ["http://a.example/?x=1&y=2&copy=3", "click here now"], ["one", "first"], ["two", "second"],
                ["area", "spot"],
            ])
        #expect(got.images.map { [$0.source, $0.alternative] } == [["i.png", "now"], ["cid:x", ""]])
        #expect(!got.isTruncated)
    }

    @Test func limitsCut() {
        let limits = HTMLLimits(text: 10, links: 2, label: 4)
        let got = HTMLText.render("<a href=abcdefgh>x</a><a href=b>y</a><a href=c>z</a>0123456789", limits: limits)
        #expect(got.text.utf8.count <= 10)
        #expect(got.links.map(\.address) == ["abcd", "b"])
        #expect(got.isTruncated)
    }
}
