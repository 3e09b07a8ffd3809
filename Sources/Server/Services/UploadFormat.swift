/// The format of an upload.
enum UploadFormat: Sendable {
    /// `text/csv`.
    case csv
    /// `application/json`, `{"x": […], "y": […]}`.
    case json
    /// `multipart/form-data` with files for `x` and `y`; the whole `Content-Type`, which has the boundary.
    case multipart(contentType: String)
}
