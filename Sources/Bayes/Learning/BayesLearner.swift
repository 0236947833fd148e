import Values

/// Makes a model of messages: logistic regression over their features, each with a learning rate of its own that falls as
/// the feature is met (AdaGrad), both kinds of mail with the same say however many there are of each.
///
/// The messages are taken in the order of their digests, and every operation gives the same bits on every machine: the
/// same set of messages gives the same model, in whichever order and in however many steps it was learned.
public enum BayesLearner {
    /// How the weights are found. The values are those of the lowest errors on mail of a later time, and of other
    /// sources, than what was learned.
    struct Options {
        /// The bits of the largest table. That of few messages is smaller, with room enough for what they have.
        var bits = 20
        var passes = 4
        var rate: Float = 0.5
        var decay: Float = 2e-5
        var biasRate: Float = 0.05
    }

    /// The file of the model of `messages`.
    public static func model(of messages: [LearnedMessage]) -> [UInt8] {
        model(of: messages, options: Options())
    }

    static func model(of messages: [LearnedMessage], options: Options) -> [UInt8] {
        var options = options
        let count = messages.reduce(0) { $0 + $1.features.count }
        options.bits = max(12, min(options.bits, Int.bitWidth - max(count, 1).leadingZeroBitCount + 3))
        let ordered = messages.indices.sorted { messages[$0].digest < messages[$1].digest }
        let spamCount = messages.count { $0.label == .spam }
        let hamCount = messages.count - spamCount
        let size = 1 << options.bits
        // All messages in one run: the places of their features, and where each group of each message ends.
        var places: [UInt32] = []
        places.reserveCapacity(count)
        var ends: [Int32] = []
        ends.reserveCapacity(messages.count * FeatureGroup.allCases.count)
        var counts = [SIMD2<UInt32>](repeating: .zero, count: size)
        for index in ordered {
            let isSpam = messages[index].label == .spam
            for group in FeatureGroup.allCases {
                for feature in messages[index].features.groups[group.rawValue] {
                    let place = BayesModel.place(feature, group, bits: options.bits)
                    places.append(UInt32(place))
                    counts[place][isSpam ? 1 : 0] += 1
                }
                ends.append(Int32(clamping: places.count))
            }
        }
        let labels = ordered.map { messages[$0].label == .spam }
        let (weights, bias) = fit(
            places, ends, labels, hamCount: hamCount, spamCount: spamCount, options: options)
        return file(weights, counts, bias, hamCount: hamCount, spamCount: spamCount, bits: options.bits)
    }

    private static func fit(
        _ places: [UInt32], _ ends: [Int32], _ labels: [Bool], hamCount: Int, spamCount: Int, options: Options
    ) -> (weights: [SIMD2<Float>], bias: Float) {
        // A weight and the sum of its squared gradients side by side: they are wanted together.
        var weights = [SIMD2<Float>](repeating: SIMD2(0, 1e-3), count: 1 << options.bits)
        var (bias, biasSum): (Float, Float) = (0, 1e-3)
        // With one kind of mail only there is nothing to tell apart.
        guard hamCount > 0, spamCount > 0 else { return (weights, 0) }
        let total = Float(hamCount + spamCount)
        let (hamShare, spamShare) = (total / Float(2 * hamCount), total / Float(2 * spamCount))
        let groups = FeatureGroup.allCases
        for _ in 0..<options.passes {
            var start = 0
            for (index, isSpam) in labels.enumerated() {
                let first = start
                var odds = bias
                for group in groups {
                    let end = Int(ends[index * groups.count + group.rawValue])
                    var part: Float = 0
                    for position in start..<end { part += weights[Int(places[position])].x }
                    odds += part * group.share(of: end - start)
                    start = end
                }
                let error = Float(Logistic.probability(Double(odds))) - (isSpam ? 1 : 0)
                let gradient = error * (isSpam ? spamShare : hamShare)
                start = first
                for group in groups {
                    let end = Int(ends[index * groups.count + group.rawValue])
                    let step = gradient * group.share(of: end - start)
                    for position in start..<end {
                        var weight = weights[Int(places[position])]
                        let slope = step + options.decay * weight.x
                        weight.y += slope * slope
                        weight.x -= options.rate * slope / weight.y.squareRoot()
                        weights[Int(places[position])] = weight
                    }
                    start = end
                }
                biasSum += gradient * gradient
                bias -= options.biasRate * gradient / biasSum.squareRoot()
            }
        }
        return (weights, bias)
    }

    private static func file(
        _ weights: [SIMD2<Float>], _ counts: [SIMD2<UInt32>], _ bias: Float, hamCount: Int, spamCount: Int, bits: Int
    ) -> [UInt8] {
        let largest = weights.reduce(Float(0)) { max($0, abs($1.x)) }
        let scale = largest / 32_767
        var table = [UInt32](repeating: 0, count: weights.count)
        for place in table.indices where counts[place] != .zero {
            let value = scale > 0 ? Int16((weights[place].x / scale).rounded()) : 0
            table[place] =
                UInt32(UInt16(bitPattern: value)) | UInt32(SmallCount.byte(Int(counts[place].x))) << 16
                | UInt32(SmallCount.byte(Int(counts[place].y))) << 24
        }
        return BayesModel.file(
            bits: bits, table: table, scale: scale, bias: bias, hamCount: hamCount, spamCount: spamCount)
    }
}
