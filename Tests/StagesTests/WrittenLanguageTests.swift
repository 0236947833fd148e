import Testing

@testable import Stages

@Suite struct WrittenLanguageTests {
    @Test(arguments: [
        (
            "en",
            "Please find the minutes of the meeting on Monday below; we have agreed that the work is to start in June."
        ),
        (
            "de",
            "Bitte beachten Sie, dass die Besprechung am Montag nicht stattfindet und wir uns auf den Dienstag geeinigt haben."
        ),
        (
            "fr",
            "Nous vous prions de trouver le compte rendu de la réunion dans les documents qui sont joints à ce message pour vous."
        ),
        (
            "es",
            "Le informamos que la reunión del lunes no se celebra y que los documentos están en el sitio de la empresa para usted."
        ),
        (
            "pt",
            "Informamos que a reunião de segunda não acontece e os documentos da empresa são para você e para os seus colegas."
        ),
        (
            "it",
            "La informiamo che la riunione di lunedì non si tiene e che i documenti sono nella cartella della società per lei."
        ),
        (
            "nl",
            "Wij laten u weten dat de vergadering van maandag niet doorgaat en dat het verslag met de stukken voor u klaar ligt."
        ),
        ("el", "Σας ενημερώνουμε ότι η συνάντηση της Δευτέρας δεν θα γίνει."),
        ("zh", "我们通知您，星期一的会议不会举行，文件已经发送给您。"), ("ja", "月曜日の会議は開催されませんのでお知らせいたします。"),
        ("ko", "월요일 회의는 열리지 않으므로 알려드립니다."), (nil, "Hi"), (nil, ""),
        (nil, "Xq zzt prrk blorb vint Xq zzt prrk blorb vint Xq zzt prrk blorb vint Xq zzt prrk blorb vint"),
    ])
    func languagesAreTold(language: String?, text: String) {
        #expect(WrittenLanguage(text).language == language)
    }

    /// Half a text that can be read is told of too.
    @Test func halvesAreTold() {
        let french =
            "Nous vous prions de trouver le compte rendu de la réunion dans les documents qui sont joints à ce message pour vous."
        let german =
            "Bitte beachten Sie, dass die Besprechung am Montag nicht stattfindet und wir uns auf den Dienstag geeinigt haben."
        #expect(WrittenLanguage(french + "\n" + german).languages == ["fr", "de"])
        #expect(WrittenLanguage(german + "\n" + french).languages == ["fr", "de"])
        #expect(WrittenLanguage(french + "\n" + french).languages == ["fr"])
    }

    @Test(arguments: [
        ("Предлагаем вам наши услуги", WrittenLanguage.Script.cyrillic), ("Hello", .latin), ("שלום לכם", .hebrew),
        ("مرحبا بكم", .arabic), ("สวัสดี", .thai), ("नमस्ते", .devanagari),
    ])
    func scriptsAreTold(text: String, script: WrittenLanguage.Script) {
        #expect(WrittenLanguage(text).scripts.first?.script == script)
    }
}
