import Synchronization

/// Compiled plans of views by recent use: dragging a pen asks for the same one thirty times a second.
final class InspectionPlans: Sendable {
    private let state = Mutex<(plans: [Key: (plan: any Sendable, lastUse: Int)], uses: Int)>(([:], 0))

    /// What a plan is for.
    struct Key: Hashable, Sendable {
        /// The model and, where versions differ in shape, the version.
        let model: String
        /// The size of the row.
        let size: String
        /// The view and what was chosen of it.
        let choice: String
    }

    /// A plan, compiled where it isn't known.
    ///
    /// - Throws: What `make` throws.
    func plan<Plan: Sendable>(_ key: Key, _ make: () throws -> Plan) throws -> Plan {
        let known = state.withLock { state -> Plan? in
            state.uses += 1
            guard let plan = state.plans[key]?.plan as? Plan else { return nil }
            state.plans[key]?.lastUse = state.uses
            return plan
        }
        if let known { return known }
        let made = try make()
        state.withLock { state in
            if state.plans.count >= InspectionBounds.plans,
                let oldest = state.plans.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.plans[oldest.key] = nil
            }
            state.plans[key] = (made, state.uses)
        }
        return made
    }
}
