public import JSON
public import ModelStore

extension VersionName: JSONWritable {
    /// Writes a number, or the name of a kept epoch.
    public func write(to json: inout JSONWriter) {
        switch self {
        case .number(let number): json.write(number)
        case .kept(let kept): json.write(kept.description)
        }
    }
}
