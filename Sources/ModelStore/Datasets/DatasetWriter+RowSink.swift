/// Uploads are read straight into the dataset that is being written.
extension DatasetWriter: RowSink {}
