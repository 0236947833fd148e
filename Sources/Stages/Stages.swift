import Screening

/// Every stage there is, in the order in which they run. Adding a stage is one line here, one file in this target,
/// one folder of cases in `fixtures/stages`.
public let catalogue = Catalogue([
    TrustedHosts.self,
    LANIPs.self,
    IPScreen.self,
    HostScreen.self,
    DNSBlocklist.self,
    ReverseLookup.self,
    TLSStage.self,
    Tarpit.self,
    SenderBlocklist.self,
    SPFStage.self,
    Backscatter.self,
    Greylist.self,
    DKIMStage.self,
    ARCStage.self,
    DMARCStage.self,
    VBRStage.self,
    Heuristics.self,
    URIBlocklist.self,
    AuthenticationResultsStage.self,
    ARCSealStage.self,
])
