import ModelStore

/// Goes through the rounds of an experiment as far as its jobs have come.
struct Rounds {
    private let request: ExperimentRequest
    private let rungs: [Rung]
    private let snapshot: ExperimentSnapshot
    private let jobs: [TrialPlace: TrialJob]
    /// Each trial's jobs, in their order.
    private let ofTrial: [Int: [TrialJob]]
    /// The trials of which a job could not be made.
    private let unmakable: Set<Int>
    /// The last rung that each trial takes part in.
    private var reached: [Int: Int] = [:]
    /// Those that were dropped behind it.
    private var dropped: Set<Int> = []
    /// The first rung that isn't over; their number once all are.
    private var current = 0

    init(_ request: ExperimentRequest, _ rungs: [Rung], _ snapshot: ExperimentSnapshot) {
        (self.request, self.rungs, self.snapshot) = (request, rungs, snapshot)
        jobs = Dictionary(snapshot.jobs.map { ($0.place, $0) }) { first, _ in first }
        ofTrial = Dictionary(grouping: snapshot.jobs) { $0.place.trial }
        unmakable = Set(snapshot.trials.filter { $0.error != nil }.map(\.number))
    }

    /// Goes as far as the jobs have come.
    ///
    /// - Returns: What comes next.
    mutating func run() -> ExperimentCourse.Step {
        var trials = snapshot.trials.map(\.number)
        while current < rungs.count {
            for trial in trials { reached[trial] = current }
            let missing = trials.filter { !isLost($0) }.flatMap { trial in
                places(of: trial, in: current).filter { jobs[$0] == nil && !isOver($0) }
            }
            let unfinished = snapshot.jobs.count { $0.state == .queued || $0.state == .running }
            if !missing.isEmpty {
                let room = ExperimentCourse.greatestUnfinished - unfinished
                return room > 0 ? .queue(Array(missing.prefix(room))) : .wait
            }
            if snapshot.jobs.contains(where: { !$0.state.isFinal }) { return .wait }
            let whole = trials.filter { !isLost($0) }
            current += 1
            guard current < rungs.count else { break }
            let kept = Set(ranked(whole, after: current - 1).prefix(rungs[current].trials))
            dropped.formUnion(whole.filter { !kept.contains($0) })
            trials = whole.filter(kept.contains)
        }
        let states = standings().map(\.state)
        if states.contains(.succeeded) { return .end(.succeeded) }
        return .end(states.contains(.failed) ? .failed : .cancelled)
    }

    /// How each trial stands.
    func standings() -> [TrialStanding] {
        snapshot.trials.map { trial in
            let number = trial.number
            let own = ofTrial[number] ?? []
            let rung = reached[number] ?? 0
            let scores = scores(of: number, in: rung)
            let expected = places(of: number, in: rung).count
            let mean = scores.count == expected ? scores.reduce(0, +) / Double(expected) : nil
            return TrialStanding(
                trial: number,
                state: state(of: trial, own, rung),
                rung: rung,
                jobs: own,
                scores: scores,
                mean: mean,
                error: trial.error ?? own.first { $0.state == .failed }.flatMap(\.error)
            )
        }
    }

    private func state(of trial: StoredTrial, _ own: [TrialJob], _ rung: Int) -> TrialStanding.State {
        let states = Set(own.map(\.state))
        if trial.error != nil || states.contains(.failed) { return .failed }
        if states.contains(.cancelled) { return .cancelled }
        if dropped.contains(trial.number) { return .dropped }
        if rung == rungs.count - 1, isDone(trial.number, in: rung) { return .succeeded }
        if snapshot.experiment.state.isFinal { return .cancelled }
        if states.contains(.running) { return .running }
        if states.contains(.paused) { return .paused }
        return states.contains(.succeeded) ? .running : .queued
    }

    /// Whether a trial won't come to a score any more.
    private func isLost(_ trial: Int) -> Bool {
        unmakable.contains(trial) || (ofTrial[trial] ?? []).contains { $0.state == .failed || $0.state == .cancelled }
    }

    /// The jobs that a trial has in a rung.
    private func places(of trial: Int, in rung: Int) -> [TrialPlace] {
        let folds = request.folds.map { Array(1...$0) } ?? [0]
        return (1...request.repeats).flatMap { repetition in
            folds.map { TrialPlace(trial: trial, rung: rung, repetition: repetition, fold: $0) }
        }
    }

    /// The job whose score counts at a place: its own, or an earlier one that stopped before its last epoch.
    private func job(at place: TrialPlace) -> TrialJob? {
        if let job = jobs[place] { return job }
        guard isOver(place), let earlier = place.earlier else { return nil }
        return job(at: earlier)
    }

    /// Whether the training of a place had stopped by itself in an earlier rung, so that nothing is left to be trained.
    private func isOver(_ place: TrialPlace) -> Bool {
        guard let earlier = place.earlier else { return false }
        if jobs[earlier] == nil { return isOver(earlier) }
        guard jobs[earlier]?.state == .succeeded, let wanted = rungs[earlier.rung].epochs else { return false }
        return trained(upTo: earlier) < wanted
    }

    /// How many epochs were trained at a place and in the rungs before.
    private func trained(upTo place: TrialPlace) -> Int {
        (jobs[place]?.epochs ?? 0) + (place.earlier.map(trained) ?? 0)
    }

    private func isDone(_ trial: Int, in rung: Int) -> Bool {
        places(of: trial, in: rung).allSatisfy { job(at: $0)?.state == .succeeded }
    }

    private func scores(of trial: Int, in rung: Int) -> [Double] {
        places(of: trial, in: rung).compactMap { place in
            job(at: place).flatMap { $0.state == .succeeded ? request.metric.score(in: $0.metrics) : nil }
        }
    }

    /// Trials, the best first; of equal ones the one with the lower number, and those without a score last.
    private func ranked(_ trials: [Int], after rung: Int) -> [Int] {
        let expected = request.repeats * (request.folds ?? 1)
        let means = trials.map { trial -> Double? in
            let scores = scores(of: trial, in: rung)
            return scores.count == expected ? scores.reduce(0, +) / Double(expected) : nil
        }
        return trials.indices.sorted { left, right in
            switch (means[left], means[right]) {
            case (let a?, let b?) where a != b: request.metric.ranks(a, before: b)
            case (_?, nil): true
            case (nil, _?): false
            default: trials[left] < trials[right]
            }
        }.map { trials[$0] }
    }
}

extension TrialPlace {
    /// The same job one rung before, from which it goes on; nil in the first.
    var earlier: TrialPlace? {
        rung > 0 ? TrialPlace(trial: trial, rung: rung - 1, repetition: repetition, fold: fold) : nil
    }
}
