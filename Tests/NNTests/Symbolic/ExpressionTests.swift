import Foundation
import NN
import Testing

/// Formulas as people write them.
@Suite struct ExpressionTests {
    @Test(arguments: [
        ("1+2*3", 7), ("(1+2)*3", 9), ("2^3^2", 512), ("-2^2", -4), ("2^-1", 0.5), ("1e-1*10", 1), ("6/3/2", 1),
        ("5-3-1", 1), ("--3", 3), ("2*-3", -6), ("exp(log(4))", 4), ("sqrt(relu(16))", 4), ("cos(0)+sin(0)", 1),
        ("tanh(0)+sigmoid(0)", 0.5), (" 1 + .5 ", 1.5), ("2^(1/2)*2^0.5", 2),
    ])
    func `a formula has the value that it has on paper`(formula: String, value: Double) throws {
        let derivatives = try Differentiation(
            [Differentiation.Function("y", try Expression.parse(formula + "+0*x", variables: ["x"]))],
            at: [("x", 1)],
            step: 0.001
        )
        #expect(abs(Double(derivatives.values[0]) - value) < 1e-5)
    }

    @Test(arguments: [
        ("x+", "ends where an operand"), ("x y", "unexpected \"y\""), ("(x", "expected \")\""), ("x^y", "exponent"),
        ("exp x", "expected \"(\""), ("z", "unknown name \"z\""), ("step(x)", "unknown name \"step\""),
        ("", "ends where an operand"), ("1e999", "no number"), ("x%2", "unexpected \"%\""),
        (String(repeating: "(", count: 101) + "x" + String(repeating: ")", count: 101), "levels of parentheses"),
        (String(repeating: "x", count: 1025), "at most 1024 characters, found 1025"),
    ])
    func `what is no formula is refused with its place`(formula: String, words: String) {
        let error = #expect(throws: ExpressionError.self) {
            try Expression.parse(formula, variables: ["x", "y"])
        }
        #expect(error?.detail.contains(words) == true, "\(error?.detail ?? "")")
    }

    @Test func `a formula of the most characters and levels is taken`() throws {
        let nested = String(repeating: "(", count: 99) + "x" + String(repeating: ")", count: 99)
        _ = try Expression.parse(nested, variables: ["x"])
        _ = try Expression.parse(String(repeating: "x+", count: 511) + "xx", variables: ["x", "xx"])
    }

    @Test(arguments: [
        ("x1*exp(x2)", "x1", "exp(x2)"), ("x1*exp(x2)", "x2", "x1*exp(x2)"),
        ("tanh(x1*x2)", "x1", "(1-tanh(x1*x2)^2)*x2"),
        ("x1^3", "x1", "3*x1^2"), ("x1^2/x2", "x1", "2*x1*x2/x2^2"), ("-x1", "x1", "-1"), ("x2", "x1", "0"),
        ("sin(x1)-cos(x1)", "x1", "cos(x1)+sin(x1)"), ("relu(x1)", "x1", "step(x1)"), ("log(x1)", "x1", "1/x1"),
        ("sqrt(x1)", "x1", "1/(2*sqrt(x1))"), ("sigmoid(x1)", "x1", "sigmoid(x1)*(1-sigmoid(x1))"),
    ])
    func `the text of a derivative is without what changes nothing`(
        formula: String,
        variable: String,
        text: String
    ) throws {
        let names = ["x1", "x2"]
        let found = try Differentiation(
            [Differentiation.Function("y", try Expression.parse(formula, variables: names))],
            at: [("x1", 0.7), ("x2", 1.3)],
            step: 0.001
        )
        #expect(found.texts[0][names.firstIndex(of: variable) ?? 0] == text)
    }
}
