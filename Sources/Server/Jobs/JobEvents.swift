import HTTP
import JSON
import ModelStore

/// What happens to jobs, for clients that follow one of them or all.
extension JobCatalog {
    /// What happens to a job, from its start or after an event, until its end.
    ///
    /// - Throws: `StoreError.notFound` where there is no such job.
    func follow(_ id: JobID, after last: Int64?) async throws -> Response {
        let stream = EventStream(after: last ?? 0) { event in
            try await threads.run {
                // In this order: a job that ends in between is seen as final at the next call.
                let isFinal = try store.jobs.find(id).state.isFinal
                let events = try store.jobs.events(of: id, after: event)
                return (events.map { ServerEvent(id: $0.id, name: $0.kind.rawValue, data: $0.data) }, isFinal)
            }
        }
        return try await stream.response(isReconnect: last != nil)
    }

    /// What happens to all jobs, from now on or after an event.
    ///
    /// Where the event is so old that what followed it isn't known any more, or too much to be told, the first event is
    /// `reset`, after which a client reads the list anew.
    func followAll(after last: Int64?) async throws -> Response {
        let (newest, isKnown) = try await threads.run {
            (try store.jobs.newestEvent(), try last.map { try store.jobs.knowsEvents(after: $0) } ?? true)
        }
        guard let last, !isKnown else { return try await all(after: last ?? newest).response(isReconnect: false) }
        let reset = ServerEvent(id: newest, name: "reset", data: "{\"last_event_id\":\"\(last)\"}")
        let stream = EventStream(after: newest - 1) { event in
            event < newest ? ([reset], false) : try await everything(after: event)
        }
        return try await stream.response(isReconnect: false)
    }

    private func all(after event: Int64) -> EventStream {
        EventStream(after: event) { try await everything(after: $0) }
    }

    private func everything(after event: Int64) async throws -> (events: [ServerEvent], isFinal: Bool) {
        try await threads.run {
            let events = try store.jobs.allEvents(after: event)
            return (try events.map { try ServerEvent($0.event, of: $0.model) }, false)
        }
    }
}

extension ServerEvent {
    /// An event among those of all jobs: its data says which job and which model it is of, and holds no tables.
    fileprivate init(_ event: JobEvent, of model: String) throws {
        var json = JSONWriter()
        let data = try JSONDocument(parsing: event.data).root
        json.object { json in
            json.field("job", event.job.description)
            json.field("model", model)
            for (key, value) in data.members where value.kind != .array { json.field(key, value) }
        }
        self.init(id: event.id, name: event.kind.rawValue, data: json.text)
    }
}
