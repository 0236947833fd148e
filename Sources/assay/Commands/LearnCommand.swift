import ArgumentParser

/// `assay learn`
struct LearnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Learn what ham and spam look like here, for the stage bayes.",
        discussion: """
            Learned messages go into a record beside the model (MODEL.learned), and the model is made of all that stand \
            there. A message counts once: learned again it changes nothing, learned as the other kind it moves. Several \
            learners may run at once; nothing is lost.

            The same messages give the same model, byte for byte, whatever the order. 200 of each kind are needed before \
            the stage judges by it; a few thousand of each, all sorts and recent, are better than more of one sort. Name \
            the model in the policy (stages: bayes: model: FILE) and let assayd read the policy again.
            """,
        subcommands: [
            LearnHam.self, LearnSpam.self, LearnForget.self, LearnStatus.self, LearnJudge.self, LearnRefit.self,
        ])
}
