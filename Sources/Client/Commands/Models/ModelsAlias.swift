internal import ArgumentParser
internal import JSON

/// `trainyard models alias NAME ALIAS VERSION`: names a version.
struct ModelsAlias: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias",
        abstract: "Make an alias stand for a version, or move it there, for everyone at once."
    )

    @Argument(help: "The model's name.")
    var name: String

    @Argument(help: "The alias, such as stable.")
    var alias: String

    @Argument(help: "The version's number.")
    var version: Int

    @OptionGroup var server: ServerOptions

    func execute() throws(Failure) {
        var json = JSONWriter()
        json.object { json in json.field("version", version) }
        var request = Request("PUT", "models", name, "aliases", alias)
        request.body = .bytes(json.bytes, type: "application/json")
        let answer = try server.client().answer(to: request).json()
        guard !server.output.isJSON else { return try server.output.json(answer) }
        let previous = answer.number("previous").map { ", before it \(Figures.text($0))" } ?? ""
        try server.output.line("\(alias) of \(name) is version \(version)\(previous)")
    }
}
