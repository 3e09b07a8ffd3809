/// Zeros around an image.
public struct Padding2D: Hashable, Sendable {
    /// Rows above.
    public var top: Int
    /// Rows below.
    public var bottom: Int
    /// Columns to the left.
    public var left: Int
    /// Columns to the right.
    public var right: Int

    /// Rows above and below, columns to the left and right; each zero or more.
    public init(top: Int = 0, bottom: Int = 0, left: Int = 0, right: Int = 0) {
        (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
    }
}

/// A window that moves over an image: what convolution and pooling share.
public struct Window2D: Hashable, Sendable {
    /// The window's height and width.
    public let height: Int, width: Int
    /// The rows and columns from one place of the window to the next.
    public let rowStride: Int, columnStride: Int
    /// The rows and columns from one pixel under the window to the next; 1 for neighbours.
    public let rowDilation: Int, columnDilation: Int
    /// The zeros around the image.
    public let padding: Padding2D

    /// A window of a size, its steps, the zeros around the image, and the distance of the pixels under it.
    public init(_ size: (Int, Int), strides: (Int, Int), padding: Padding2D, dilation: (Int, Int) = (1, 1)) {
        (height, width) = size
        (rowStride, columnStride) = strides
        (rowDilation, columnDilation) = dilation
        self.padding = padding
    }

    /// The rows and columns from the first pixel under the window to behind its last.
    private var span: (rows: Int, columns: Int) {
        ((height - 1) * rowDilation + 1, (width - 1) * columnDilation + 1)
    }

    /// The rows and columns of places on an image `[batch, rows, columns, channels]`: `⌊(in + pad - size) / step⌋ + 1`.
    func places(on image: Shape, _ name: String) throws(ShapeError) -> (Int, Int) {
        guard image.rank == 4 else {
            throw ShapeError(name, "\(image) is not [batch, height, width, channels]")
        }
        let rows = image[1] + padding.top + padding.bottom
        let columns = image[2] + padding.left + padding.right
        guard height > 0, width > 0, rowStride > 0, columnStride > 0, rowDilation > 0, columnDilation > 0 else {
            throw ShapeError(name, "a window of \(height)×\(width) with steps \(rowStride), \(columnStride)")
        }
        let span = span
        guard rows >= span.rows, columns >= span.columns else {
            throw ShapeError(
                name,
                "the window \(span.rows)×\(span.columns) is larger than the padded image \(rows)×\(columns)"
            )
        }
        return ((rows - span.rows) / rowStride + 1, (columns - span.columns) / columnStride + 1)
    }
}
