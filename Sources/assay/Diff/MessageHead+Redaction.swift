import Cases

extension CaseFile.MessageHead {
    /// The head with nobody named by it, where there is a redactor.
    func shown(by redactor: Redactor?) -> CaseFile.MessageHead {
        guard let redactor else { return self }
        return CaseFile.MessageHead(
            number: number, id: id, source: redactor.place(source), mailFrom: mailFrom.map(redactor.address),
            headerFrom: headerFrom.map(redactor.addressList), subject: subject.map(redactor.content),
            disposition: disposition, checkpoint: checkpoint, score: score)
    }
}
