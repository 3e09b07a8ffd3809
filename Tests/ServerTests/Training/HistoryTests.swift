import Foundation
import JSON
import Testing

/// A job's history, whole, left out, or thinned out.
@Suite(.sharedServer)
struct HistoryTests {
    private static let epochs = 400

    /// A finished job of many epochs with a name of its own.
    private func job(_ server: TestServer, _ model: String) throws -> JSONValue {
        try server.define(
            #"{"name": "\#(model)", "input_shape": [1], "layers": [{"type": "Dense", "units": 1}]}"#
        )
        return try server.trained(
            """
            {"model": "\(model)", "data": {"x": [[1], [2], [3]], "y": [2, 4, 7]}, "loss": "mse", "metrics": ["mae"],
             "epochs": \(Self.epochs), "optimizer": {"type": "SGD", "learning_rate": 0.01}}
            """
        ).json
    }

    private func numbers(_ value: JSONValue?) throws -> [Double] { try #require(value).array().map { try $0.double() } }

    @Test func `a job comes without its history where that is asked for`() throws {
        let server = try TestServer.shared()
        let id = try #require(try job(server, "plain")["id"]?.string())

        #expect(try server.get("/jobs/\(id)?history=false").json["history"] == nil)
        #expect(try server.get("/jobs/\(id)?history=true").json["history"]?.count == Self.epochs)
        #expect(try server.get("/jobs/\(id)").json["history"]?.count == Self.epochs)
        #expect(try server.get("/jobs/\(id)?history=no").status == 400)
    }

    @Test func `a thinned series keeps the ends, and the least and greatest of each part`() throws {
        let server = try TestServer.shared()
        let found = try job(server, "thin")
        let id = try #require(try found["id"]?.string())
        let whole = try #require(found["history"]).array().map { try $0["loss"]?.double() ?? .nan }

        let reply = try server.get("/jobs/\(id)/history?points=20&metrics=loss").json
        let series = try #require(reply["series"]?[0])
        let epochs = try numbers(series["epoch"]).map { Int($0) }
        let values = try numbers(series["value"])

        #expect(try reply["decimated"]?.bool() == true && reply["epochs"]?.int() == Self.epochs)
        #expect(epochs.count <= 20 && epochs.count > 10)
        #expect(epochs == Array(Set(epochs)).sorted() && epochs.first == 1 && epochs.last == Self.epochs)
        #expect(values == epochs.map { whole[$0 - 1] })
        #expect(values.min() == whole.min() && values.max() == whole.max())
    }

    @Test func `smoothing is the mean of what came before, weighted by distance, from the first epoch on`() throws {
        let server = try TestServer.shared()
        let found = try job(server, "smooth")
        let id = try #require(try found["id"]?.string())
        let whole = try #require(found["history"]).array().map { try $0["mae"]?.double() ?? .nan }

        let reply = try server.get("/jobs/\(id)/history?from=5&to=9&smooth=0.5&metrics=mae").json
        let smoothed = try numbers(reply["series"]?[0]?["smoothed"])

        for (place, epoch) in (5...9).enumerated() {
            let weights = (0..<epoch).map { pow(0.5, Double(epoch - 1 - $0)) }
            let expected = zip(weights, whole).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
            #expect(abs(smoothed[place] - expected) < 1e-12)
        }
        #expect(try reply["from"]?.int() == 5 && reply["to"]?.int() == 9 && reply["decimated"]?.bool() == false)
    }

    @Test func `a table is given of one epoch, and only where it is asked for`() throws {
        let server = try TestServer.shared()
        try server.define(Samples.cnn())
        let request = Samples.digits(epochs: 2).replacing(
            "[\"accuracy\"]",
            with: "[\"accuracy\", \"confusion_matrix\"]"
        )
        let id = try #require(try server.trained(request)["id"]?.string())

        let all = try server.get("/jobs/\(id)/history").json
        let names = try #require(all["series"]).array().map { try $0["metric"]?.string() }
        let table = try server.get("/jobs/\(id)/history?metrics=confusion_matrix&from=2&to=2").json

        #expect(names.contains("loss") && !names.contains("confusion_matrix"))
        #expect(table["series"]?[0]?["value"]?[0]?.count == 10)
        #expect(try server.get("/jobs/\(id)/history?metrics=confusion_matrix").status == 400)
    }

    @Test func `each epoch has the seconds that it took, and those since the first step where they are asked for`()
        throws
    {
        let server = try TestServer.shared()
        let found = try job(server, "timed")
        let id = try #require(try found["id"]?.string())
        let tenths = try #require(found["history"]).array().map { try #require($0["seconds"]).double() }
        let all = try server.get("/jobs/\(id)/history?points=10000&metrics=seconds").json
        let seconds = try numbers(all["series"]?[0]?["value"])

        let reply = try server.get("/jobs/\(id)/history?elapsed=true&points=50&metrics=loss,seconds").json
        let series = try #require(reply["series"]).elements.map { $0 }
        let plain = try server.get("/jobs/\(id)/history?metrics=loss").json

        #expect(seconds.allSatisfy { $0 > 0 })
        #expect(tenths == seconds.map { ($0 * 10).rounded(.down) / 10 })
        for one in series {
            let (epochs, elapsed) = (try numbers(one["epoch"]), try numbers(one["elapsed"]))
            #expect(elapsed.count == epochs.count && elapsed.count <= 50)
            for (epoch, end) in zip(epochs, elapsed) {
                #expect(abs(end - seconds.prefix(Int(epoch)).reduce(0, +)) < 1e-6)
            }
        }
        #expect(series.count == 2)
        #expect(plain["series"]?[0]?["elapsed"] == nil)
    }

    @Test(arguments: [
        "elapsed=1", "points=3", "points=10001", "metrics=los", "metrics=", "from=0", "from=9&to=3", "smooth=1", "x=1",
    ])
    func `what can't be meant is refused`(query: String) throws {
        let server = try TestServer.shared()
        let id = try #require(try job(server, "refused-\(UUID())")["id"]?.string())
        #expect(try server.get("/jobs/\(id)/history?\(query)").status == 400)
    }
}
