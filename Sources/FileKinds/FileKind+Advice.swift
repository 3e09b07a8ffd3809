extension FileKind {
    /// What to do with the file in place of what was done.
    ///
    /// - Parameter use: What it was sent as.
    /// - Returns: Words that go behind a semicolon.
    public func advice(for use: Use) -> String {
        switch use {
        case .table: tableAdvice
        case .array: arrayAdvice
        case .weights: weightsAdvice
        case .json: jsonAdvice
        }
    }

    private var tableAdvice: String {
        switch family {
        case .spreadsheet:
            "save it as \"CSV UTF-8\" in the spreadsheet program, or write pandas.read_excel(file).to_csv(…, index=False)"
        case .columns: "write it as CSV, in pandas with to_csv(…, index=False)"
        case .database: "write the table as CSV, as with sqlite3 -header -csv"
        case .hdf5, .pickle: "write it as CSV, in pandas with to_csv(…, index=False), or as NPY with numpy.save"
        case .npy, .npz: "send it with Content-Type: application/x-npy or application/x-npz"
        case .json: "send it with Content-Type: application/json, as {\"x\": […], \"y\": […]}"
        case .packed: "unpack it first; of packed files, gzip alone is taken"
        default: "a table is CSV text"
        }
    }

    private var arrayAdvice: String {
        switch family {
        case .spreadsheet, .columns, .database: "write it as CSV and send it as text/csv, or as NPY with numpy.save"
        case .json: "send it with Content-Type: application/json, as {\"x\": […], \"y\": […]}"
        case .npz: "send it by itself with Content-Type: application/x-npz"
        case .packed: "unpack it first; of packed files, gzip and NPZ alone are taken"
        default: "write it as NPY with numpy.save"
        }
    }

    private var weightsAdvice: String {
        switch family {
        case .hdf5, .keras:
            "load the model in Keras and write its weights with safetensors.numpy.save_file({name: array, …}, file), under "
                + "the names that GET …/weights gives"
        case .pickle: "load it and write the tensors with safetensors.torch.save_file({name: tensor, …}, file)"
        case .npy, .npz: "load it and write the arrays with safetensors.numpy.save_file({name: array, …}, file)"
        case .packed: "unpack it first"
        default: "weights are a safetensors file, as GET …/weights gives"
        }
    }

    private var jsonAdvice: String {
        switch family {
        case .packed where name == "a gzip file": "send it with Content-Encoding: gzip"
        case .npy, .npz: "send it with Content-Type: application/x-npy or application/x-npz"
        default: "JSON is {\"x\": […], \"y\": […]}; for a table there is Content-Type: text/csv"
        }
    }
}
