import Foundation
import Testing

@testable import Features

/// Unquoted cells are told apart and read as the grammar of numbers says, however they are put together.
struct CellScannerTests {
    private static let letters = Array("0123456789012345678900..+--eE xn=".utf8)

    /// The cells of records of random letters, each scanned and written down again.
    @Test func `numbers are those of the grammar, and everything else is text without its blanks`() throws {
        var random = RowRandom(seed: 7, epoch: 0, row: 0, layer: 0)
        var numbers = 0
        for _ in 0..<2000 {
            let cells = (0..<12).map { _ in
                (0..<random.integer(below: 12)).map { _ in Self.letters[random.integer(below: Self.letters.count)] }
            }
            let text = cells.joined(separator: [UInt8(ascii: ";")]) + [0x0A]
            // A window has line feeds behind its bytes.
            let bytes = Array(text) + [UInt8](repeating: 0x0A, count: 2 * CellStops.blockBytes)
            try bytes.withUnsafeBufferPointer { bytes in
                let base = try #require(bytes.baseAddress)
                let block = CellBlock(width: 12, countsLines: true, base: base)
                var scanner = CellScanner(separator: UInt8(ascii: ";"))
                let count = try scanner.record(base, text.count, isLast: true, into: block.cells)
                try #require(count == 12)
                for (cell, written) in zip(block.cells, cells) {
                    let plain = String(decoding: written, as: UTF8.self).trimmingCharacters(in: .whitespaces)
                    if try expect(cell, block, plain) { numbers += 1 }
                }
            }
        }
        #expect(numbers > 2000)
    }

    /// Holds a cell against what was written; returns whether that is a number.
    private func expect(_ cell: Cell, _ block: CellBlock, _ plain: String) throws -> Bool {
        guard plain.wholeMatch(of: /[+\-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+\-]?[0-9]+)?/) != nil else {
            #expect(cell.kind == (plain.isEmpty ? .empty : .text), "\(plain)")
            #expect(plain.isEmpty || block.string(cell) == plain)
            return false
        }
        #expect(cell.isNumber, "\(plain)")
        let value = NumberReading.point.number(cell, block)
        #expect(value?.bitPattern == strtod(plain, nil).bitPattern, "\(plain)")
        let isWhole = plain.wholeMatch(of: /[+\-]?[0-9]+/) != nil
        #expect((cell.kind == .integer || cell.kind == .longInteger) == isWhole, "\(plain)")
        #expect(cell.has(Cell.hasLeadingZero) == (plain.wholeMatch(of: /[+\-]?0[0-9]+/) != nil), "\(plain)")
        let groups = plain.wholeMatch(of: /[+\-]?[1-9][0-9]{0,2}\.[0-9]{3}/) != nil
        #expect(cell.has(Cell.couldBeGrouped) == groups, "\(plain)")
        #expect(block.string(cell) == plain)
        return true
    }
}
