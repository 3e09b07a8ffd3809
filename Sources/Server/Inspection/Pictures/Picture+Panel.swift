import JSON
import NN

extension Picture {
    /// One array in tiles of equal size.
    struct Panel: Sendable {
        /// The array's numbers.
        let numbers: [Float]
        /// The numbers across and down a tile.
        let tileWidth, tileHeight: Int
        /// The tiles down and across.
        let rows, columns: Int

        private let tiles: Int
        /// By how many numbers the next one lies behind, across and down a tile, and from tile to tile.
        private let across, down, next: Int

        private init(
            _ tensor: Tensor,
            width: Int,
            height: Int,
            tiles: Int,
            columns: Int,
            strides: (across: Int, down: Int, next: Int)
        ) {
            numbers = tensor.values
            (tileWidth, tileHeight, self.tiles, self.columns) = (width, height, tiles, columns)
            rows = (tiles + columns - 1) / max(columns, 1)
            (across, down, next) = strides
        }

        /// The tile at a place; nil where there is none any more.
        func tile(_ row: Int, _ column: Int) -> Int? {
            let tile = row * columns + column
            return tile < tiles ? tile : nil
        }

        /// A number of a tile.
        func number(_ tile: Int, _ y: Int, _ x: Int) -> Float { numbers[tile * next + y * down + x * across] }

        /// Whether colours diverge from zero.
        func isDiverging(_ colors: Colors) -> Bool {
            switch colors {
            case .auto: numbers.contains { $0 < 0 }
            case .gray: false
            case .diverging: true
            }
        }
    }
}

extension Picture.Panel {
    /// What a layer gives: `[h, w, c]` a tile a channel, `[steps, units]` time to the right and units down, a vector one row.
    ///
    /// - Throws: `FaultyInput` for other shapes.
    init(values tensor: Tensor) throws(FaultyInput) {
        let shape = tensor.shape
        switch shape.rank {
        case 0, 1: self.init(row: tensor)
        case 2:
            self.init(
                tensor,
                width: shape[0],
                height: shape[1],
                tiles: 1,
                columns: 1,
                strides: (shape[1], 1, 0)
            )
        case 3:
            self.init(
                tensor,
                width: shape[1],
                height: shape[0],
                tiles: shape[2],
                columns: Self.grid(shape[2]),
                strides: (shape[2], shape[1] * shape[2], 1)
            )
        default: throw Self.fault(shape)
        }
    }

    /// A picture or a matrix `[h, w]` as it lies; a sequence one row.
    ///
    /// - Throws: `FaultyInput` for other shapes.
    init(map tensor: Tensor) throws(FaultyInput) {
        guard tensor.rank == 2 else {
            guard tensor.rank < 2 else { throw Self.fault(tensor.shape) }
            self.init(row: tensor)
            return
        }
        let (height, width) = (tensor.shape[0], tensor.shape[1])
        self.init(tensor, width: width, height: height, tiles: 1, columns: 1, strides: (1, width, 0))
    }

    /// Matrices `[…, h, w]`, a tile each.
    ///
    /// - Throws: `FaultyInput` for other shapes.
    init(matrices tensor: Tensor) throws(FaultyInput) {
        let shape = tensor.shape
        guard shape.rank >= 2 else { throw Self.fault(shape) }
        let (height, width) = (shape[shape.rank - 2], shape[shape.rank - 1])
        let tiles = shape.volume / max(height * width, 1)
        self.init(
            tensor,
            width: width,
            height: height,
            tiles: tiles,
            columns: Self.grid(tiles),
            strides: (1, width, height * width)
        )
    }

    /// Weights: of `[h, w, in, out]` a tile for each input, down, and filter, to the right; a matrix as it lies.
    ///
    /// - Throws: `FaultyInput` for other shapes.
    init(weights tensor: Tensor) throws(FaultyInput) {
        let shape = tensor.shape
        guard shape.rank >= 3 else {
            try self.init(map: tensor)
            return
        }
        guard shape.rank <= 4 else { throw Self.fault(shape) }
        let pairs = shape[shape.rank - 2] * shape[shape.rank - 1]
        let (height, width) = shape.rank == 4 ? (shape[0], shape[1]) : (1, shape[0])
        self.init(
            tensor,
            width: width,
            height: height,
            tiles: pairs,
            columns: shape[shape.rank - 1],
            strides: (pairs, width * pairs, 1)
        )
    }

    private init(row tensor: Tensor) {
        self.init(tensor, width: tensor.volume, height: 1, tiles: 1, columns: 1, strides: (1, 0, 0))
    }

    /// How many of so many tiles stand side by side: ⌈√count⌉.
    private static func grid(_ count: Int) -> Int {
        var columns = 1
        while columns * columns < count { columns += 1 }
        return columns
    }

    private static func fault(_ shape: Shape) -> FaultyInput {
        FaultyInput(Fault(pointer: "", detail: "an array of \(shape) can't be drawn; ask for numbers"))
    }
}
