public import ArgumentParser
internal import JSON

/// The manual page, made of what the commands themselves declare, in the macros of man(7).
public enum ManualPage {
    /// The page of a program, by its first command; beside it the exit statuses of commands that are no clients.
    public static func text(
        of program: any ParsableCommand.Type,
        statuses: [(status: Int32, meaning: String)]
    ) -> String {
        // What the parser writes about its commands is JSON, a command an object.
        guard let document = try? JSONDocument(parsing: Array(program._dumpHelp().utf8)),
            let root = document.root["command"]
        else { return "" }
        let commands = ManualCommand.leaves(of: root)
        let common = root.list("arguments").compactMap(ManualArgument.init) + commonOptions(of: commands)
        let name = root.text("commandName") ?? "trainyard"
        var page = Roff()
        page.macro("TH", name.uppercased(), "1", "", program.configuration.version)
        page.section("NAME")
        page.text("\(name) - \((root.text("abstract") ?? "").trimmed(of: "."))")
        page.section("SYNOPSIS")
        for command in commands { page.breaking(command.synopsis) }
        page.section("DESCRIPTION")
        page.text(description)
        page.section("COMMANDS")
        for command in commands {
            page.subsection(command.synopsis)
            page.text(command.value.text("abstract") ?? "")
            if let discussion = command.value.text("discussion") { page.paragraph(discussion) }
            for argument in command.arguments where !common.contains(argument) {
                page.item(argument.name, argument.abstract)
            }
        }
        page.section("OPTIONS OF SEVERAL COMMANDS")
        for argument in common { page.item(argument.name, argument.abstract) }
        page.section("ENVIRONMENT")
        for (name, meaning) in environment { page.item(name, meaning) }
        page.section("EXIT STATUS")
        page.text("Of the commands that speak to a server:")
        for status in ExitStatus.allCases { page.item("\(status.rawValue)", status.meaning) }
        page.paragraph("Of the others:")
        for (status, meaning) in statuses { page.item("\(status)", meaning) }
        return page.source
    }

    /// Options that so many commands have are described once.
    private static let commonCount = 10

    private static func commonOptions(of commands: [ManualCommand]) -> [ManualArgument] {
        var counts: [ManualArgument: Int] = [:]
        var order: [ManualArgument] = []
        for argument in commands.flatMap(\.arguments) where !argument.isPositional {
            if counts[argument] == nil { order.append(argument) }
            counts[argument, default: 0] += 1
        }
        return order.filter { (counts[$0] ?? 0) >= commonCount }
    }

    private static let description = """
        The server is started by serve and keeps everything in a data folder, on which backup, restore, check, export and \
        import work too. The other commands speak to a running server. They write results to standard output, with --json \
        a JSON object a line and nothing else, and everything else to standard error. Colours and bars appear on a \
        terminal alone, where tables are cut to its width. A fault of a file is a line with the file's name, the line in \
        it, and the fault's JSON pointer.
        """

    private static let environment = [
        ("TRAINYARD_URL", "The server that commands speak to, where there is no --url."),
        ("TRAINYARD_TOKEN", "The token that is shown to it, where there is no --token-file."),
        ("TRAINYARD_FLAG", "The flag of that name of serve: TRAINYARD_MAX_BODY stands for --max-body."),
        ("NO_COLOR", "Where it is set and not empty, there are no colours; nor with TERM=dumb."),
        ("COLUMNS", "The width of the terminal, where it isn't what the terminal says."),
    ]
}

/// A command that does something itself, as the parser describes it.
private struct ManualCommand {
    /// What the parser says of it.
    let value: JSONValue
    /// The words that call it.
    let path: [String]
    /// Its arguments, in order.
    let arguments: [ManualArgument]

    /// The options of the program itself, which every command has too.
    private static let general: Set<String> = ["-h, --help", "--version"]

    /// The commands below one that have no further ones.
    static func leaves(of value: JSONValue, path: [String] = []) -> [ManualCommand] {
        guard value["shouldDisplay"].flatMap({ try? $0.bool() }) != false else { return [] }
        let path = path + [value.text("commandName") ?? ""]
        let subcommands = value.list("subcommands").filter { $0.text("commandName") != "help" }
        guard subcommands.isEmpty else { return subcommands.flatMap { leaves(of: $0, path: path) } }
        let arguments = value.list("arguments").compactMap(ManualArgument.init).filter { !general.contains($0.name) }
        return [ManualCommand(value: value, path: path, arguments: arguments)]
    }

    /// How it is called.
    var synopsis: String {
        let options = arguments.filter { !$0.isPositional }
        let words = options.map { "[\($0.name)]" } + arguments.filter(\.isPositional).map(\.synopsis)
        return (path + words).joined(separator: " ")
    }
}

/// An argument of a command, as the parser describes it.
private struct ManualArgument: Hashable {
    /// Whether it has no name on the command line.
    let isPositional: Bool
    /// How it is written: `--limit N`, or `FILE`.
    let name: String
    /// How it stands in the synopsis.
    let synopsis: String
    /// What it is for.
    let abstract: String

    init?(_ value: JSONValue) {
        guard value["shouldDisplay"].flatMap({ try? $0.bool() }) != false else { return nil }
        isPositional = value.text("kind") == "positional"
        let placeholder = (value.text("valueName") ?? "value").uppercased().replacing("-", with: "_")
        if isPositional {
            name = placeholder
        } else {
            let names = value.list("names").map { ($0.text("kind") == "short" ? "-" : "--") + ($0.text("name") ?? "") }
            name = names.joined(separator: ", ") + (value.text("kind") == "option" ? " \(placeholder)" : "")
        }
        let isOptional = value["isOptional"].flatMap { try? $0.bool() } ?? false
        synopsis = isOptional ? "[\(name)]" : name
        abstract = value.text("abstract") ?? ""
    }
}

extension String {
    /// The text without a character at its end.
    fileprivate func trimmed(of last: Character) -> String { self.last == last ? String(dropLast()) : self }
}
