import Authentication
import Testing

/// The forms of tagged local parts: the draft's, and those met in mail.
@Suite struct BATVTagTests {
    @Test(arguments: [
        ("prvs=0851f4e304=ann", "0 851 244,227,4 ann standard"),
        ("PRVS=9000ABCDEF=Ann", "9 0 171,205,239 Ann standard"),
        ("prvs=1999abcDEF=ann+news", "1 999 171,205,239 ann+news standard"),
        ("prvs=1999abcdef=ann=b.example", "1 999 171,205,239 ann=b.example standard"),
        ("prvs=1999abcdef=ann smith", "1 999 171,205,239 ann smith standard"),
        ("prvs=1999abcdef=prvs=1999abcdee=ann", "1 999 171,205,239 prvs=1999abcdee=ann standard"),
        ("prvs=ann=1999abcdef", "1 999 171,205,239 ann reversed"),
        ("prvs=a=b=1999abcdef", "1 999 171,205,239 a=b reversed"),
        ("prvs=ann/1999abcdef", "1 999 171,205,239 ann slash"),
        // Both parts could be the tag: the draft's form counts.
        ("prvs=1999abcdef=2888abcdef", "1 999 171,205,239 2888abcdef standard"),
    ])
    func tagIsRead(_ localPart: String, _ expected: String) throws {
        guard case .tagged(let tag) = BATVTag.read(localPart) else {
            Issue.record("\(localPart) was not read")
            return
        }
        let hash = tag.hash.map(String.init).joined(separator: ",")
        #expect("\(tag.keyNumber) \(tag.day) \(hash) \(tag.localPart) \(tag.form.rawValue)" == expected)
    }

    @Test(arguments: [
        "ann", "", "prvs", "prvs=", "pvrs=1999abcdef=ann", "ann=prvs=1999abcdef", "btv1==1999abcdef==ann",
    ])
    func othersAreUntagged(_ localPart: String) { #expect(BATVTag.read(localPart) == .untagged) }

    @Test(arguments: [
        "prvs=ann", "prvs==ann", "prvs=1999abcdef", "prvs=1999abcdef=", "prvs==1999abcdef", "prvs=199abcdef=ann",
        "prvs=1999abcdeg=ann", "prvs=a999abcdef=ann", "prvs=1999abcdef0=ann", "prvs=1999abcdeé=ann",
        "prvs=/1999abcdef",
    ])
    func damagedTagsAreMalformed(_ localPart: String) { #expect(BATVTag.read(localPart) == .malformed) }
}
