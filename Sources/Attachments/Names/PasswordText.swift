import Values

/// Text that gives a password.
enum PasswordText {
    private static let words = [
        "password", "passwort", "passcode", "passphrase", "kennwort", "mot de passe", "contraseña", "contrasena",
        "clave de acceso", "senha", "пароль", "密码", "密碼", "パスワード", "wachtwoord", "hasło", "haslo", "heslo", "parola",
        "şifre", "lösenord", "adgangskode", "passord", "salasana", "jelszó", "비밀번호", "암호", "pwd:", "pass:", "pin code",
    ]

    /// The words around the first that speaks of a password, followed by what may be one.
    static func first(in text: String) -> String? {
        let folded = Array(text.lowercased().utf8)
        let bytes = Bytes(folded)
        var found: Int?
        for word in words {
            var search = 0
            while let place = bytes.firstIndex(of: Array(word.utf8), from: search), place < found ?? Int.max {
                search = place + 1
                // "standardpassword" is part of a name.
                if place == 0 || !bytes[place - 1].isAlphanumeric { found = place }
            }
        }
        guard let found else { return nil }
        let excerpt = bytes.piece(found, 60).lossyString
        return excerpt.split(whereSeparator: \.isNewline).prefix(2).joined(separator: " ")
    }
}
