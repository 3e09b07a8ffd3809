import Foundation
import JSON
import Testing

/// Derivatives of formulas over HTTP.
@Suite(.sharedServer) struct DifferentiateTests {
    private static let two =
        #"{"functions": {"y1": "x1*exp(x2)", "y2": "tanh(x2*x3)"}, "at": {"x1": 0.5, "x2": -0.3, "x3": 1.2}}"#

    @Test func `four ways give one Jacobian, each with its passes and its error`() throws {
        let reply = try TestServer.shared().post("/differentiate", Self.two)
        try #require(reply.status == 200, "\(reply.text)")
        let right = exp(-0.3)
        for (way, tolerance) in [("forward", 1e-6), ("reverse", 1e-6), ("numerical", 1e-4), ("symbolic", 1e-15)] {
            let found = try #require(reply["jacobian", way, "y1", "x1"]).double()
            #expect(abs(found - right) < tolerance, "\(way)")
            #expect(try #require(reply["jacobian", way, "y1", "x3"]).double() == 0)
            #expect(try #require(reply["error", way]).double() < tolerance)
        }
        let passes = try ["forward", "reverse", "numerical", "symbolic"].map { try #require(reply["passes", $0]).int() }
        #expect(passes == [3, 2, 6, 0])
        #expect(try #require(reply["derivatives", "y1", "x1"]).string() == "exp(x2)")
        #expect(abs(try #require(reply["values", "y2"]).double() - tanh(-0.36)) < 1e-6)
        #expect(try #require(reply["nodes", "0", "name"]).string() == "x1")
        #expect(try #require(reply["nodes", "4", "adjoints", "y1"]).double() == 1)
    }

    @Test func `a formula put into itself explodes in symbols and grows evenly as a graph`() throws {
        let body = #"{"iterate": {"x": "4*x*(1-x)"}, "at": {"x": 0.2}, "times": 6}"#
        let reply = try TestServer.shared().post("/differentiate", body)
        try #require(reply.status == 200, "\(reply.text)")
        let growth = Array(try #require(reply["growth"]).elements)
        #expect(try growth.map { try #require($0["function"]).int() } == [7, 19, 43, 91, 187, 379])
        #expect(try growth.prefix(2).map { try #require($0["symbolic"]).int() } == [19, 73])
        let graphs = try growth.map { try #require($0["graph"]).int() }
        #expect(Set(zip(graphs.dropFirst(), graphs).map { $0 - $1 }).count == 1)
        #expect(reply["values", "x"] != nil && reply["jacobian", "symbolic", "x", "x"] != nil)
    }

    @Test func `what isn't finite is null`() throws {
        let reply = try TestServer.shared().post("/differentiate", #"{"functions": {"y": "log(x)"}, "at": {"x": 0}}"#)
        #expect(reply.status == 200)
        #expect(reply["values", "y"]?.isNull == true)
        #expect(reply["error", "reverse"]?.isNull == true)
    }

    private static func many(_ count: Int, _ each: (Int) -> String) -> String {
        "{\((0..<count).map(each).joined(separator: ", "))}"
    }

    private static func formulas(_ count: Int) -> String {
        #"{"functions": \#(many(count) { #""y\#($0)": "x""# }), "at": {"x": 1}}"#
    }

    private static func variables(_ count: Int) -> String {
        #"{"functions": {"y": "x0"}, "at": \#(many(count) { #""x\#($0)": 1"# })}"#
    }

    private static func long(_ count: Int) -> String {
        #"{"functions": {"y": "\#(String(repeating: "x+", count: (count - 1) / 2))\#(count % 2 == 1 ? "x" : "xx")"}, "at": {"x": 1, "xx": 2}}"#
    }

    private static func times(_ count: Int, _ formula: String = "x+1") -> String {
        #"{"iterate": {"x": "\#(formula)"}, "at": {"x": 0.2}, "times": \#(count)}"#
    }

    @Test(arguments: [formulas(16), variables(16), long(1024), times(12), times(6, "x*x*x*x*x")])
    func `what is just within the bounds is answered`(body: String) throws {
        let reply = try TestServer.shared().post("/differentiate", body)
        #expect(reply.status == 200, "\(reply.text)")
    }

    @Test(arguments: [
        RefusedRow("17 functions", formulas(17), at: "/functions", "17 functions, at most 16"),
        RefusedRow("17 variables", variables(17), at: "/at", "17 variables, at most 16"),
        RefusedRow("1,025 characters", long(1025), at: "/functions/y", "at most 1024"),
        RefusedRow("13 times", times(13), at: "/times", "12"),
        RefusedRow("too many symbols", times(12, "x*x*x*x*x"), at: "/times", "at most 10000000"),
        RefusedRow("no formula", #"{"functions": {"y": "x+"}, "at": {"x": 1}}"#, at: "/functions/y", "ends where"),
        RefusedRow("an unknown name", #"{"functions": {"y": "z"}, "at": {"x": 1}}"#, at: "/functions/y", "\"z\""),
        RefusedRow("a name that is none", #"{"functions": {"y": "1"}, "at": {"exp": 1}}"#, at: "/at/exp", "variable"),
        RefusedRow(
            "both kinds",
            #"{"functions": {"y": "x"}, "iterate": {"x": "x"}, "at": {"x": 1}}"#,
            at: "/functions",
            "iterate"
        ),
        RefusedRow(
            "times without iterate",
            #"{"functions": {"y": "x"}, "at": {"x": 1}, "times": 2}"#,
            at: "/times",
            "unknown key"
        ),
        RefusedRow("nothing", "{}", at: "/at", "missing"),
        RefusedRow(
            "a step that is none",
            #"{"functions": {"y": "x"}, "at": {"x": 1}, "step": 0}"#,
            at: "/step",
            "above 0"
        ),
        RefusedRow(
            "two iterates",
            #"{"iterate": {"x": "y", "y": "x"}, "at": {"x": 1, "y": 1}}"#,
            at: "/iterate",
            "found 2"
        ),
        RefusedRow("an iterate without a value", #"{"iterate": {"x": "y"}, "at": {"y": 1}}"#, at: "/iterate", "\"at\""),
    ])
    func `what can't be differentiated is refused with its place`(row: RefusedRow) throws {
        try row.check(try TestServer.shared().post("/differentiate", row.body))
    }
}
