/// Elementwise nodes that will run as one loop, while they are being collected.
struct ElementwiseCluster {
    /// One node of the cluster with its resolved operands.
    struct Member {
        let operation: ElementwiseOperation
        let result: Value
        let operands: [Operand]
    }

    /// An operand of a member.
    struct Operand {
        /// The value that owns the memory.
        let base: Value
        /// The elements after which it repeats; the cluster's count where it doesn't.
        let period: Int
    }

    /// The elements that every member has.
    let count: Int
    /// The largest period of a repeated operand so far.
    var period = 1
    var members: [Member] = []

    /// Whether a repeated operand fits in: one of the periods divides the other, and a block stays small.
    func admits(period other: Int) -> Bool { period % other == 0 || other % period == 0 }

    /// The loop that computes the members, writing those that somebody outside needs.
    func loop(writing isNeeded: (Value) -> Bool) -> FusedLoop {
        var externals: [(value: Value, period: Int)] = []
        var places: [Value: FusedLoop.Place] = [:]
        var lastUse: [Value: Int] = [:]
        for (index, member) in members.enumerated() {
            for operand in member.operands { lastUse[operand.base] = index }
        }
        var (registers, free): (Int, [Int]) = (0, [])
        var instructions: [FusedLoop.Instruction] = []
        for (index, member) in members.enumerated() {
            let operands = member.operands.map { operand -> FusedLoop.Place in
                if let place = places[operand.base] { return place }
                externals.append((operand.base, operand.period))
                let place: FusedLoop.Place =
                    operand.period < count ? .repeated(externals.count - 1) : .stream(externals.count - 1)
                places[operand.base] = place
                return place
            }
            // A register that is read here for the last time can take the result: operations allow that.
            for operand in member.operands where lastUse[operand.base] == index {
                lastUse[operand.base] = nil
                if case .register(let register)? = places[operand.base] { free.append(register) }
            }
            let result: FusedLoop.Place
            if isNeeded(member.result) {
                externals.append((member.result, count))
                result = .stream(externals.count - 1)
            } else if let register = free.popLast() {
                result = .register(register)
            } else {
                result = .register(registers)
                registers += 1
            }
            places[member.result] = result
            instructions.append(
                FusedLoop.Instruction(
                    operation: member.operation,
                    result: result,
                    first: operands[0],
                    second: operands.last ?? operands[0]
                )
            )
        }
        return FusedLoop(
            count: count,
            period: period,
            externals: externals,
            instructions: instructions,
            registers: registers
        )
    }
}
