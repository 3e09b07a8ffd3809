import Foundation
import PackagePlugin

/// Makes the files in a target's folder `Files` part of the program: `embed-files` writes them into a source of the target.
@main
struct EmbedFiles: BuildToolPlugin {
    /// One command, which runs where a file has changed, was added or is gone.
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = target.directoryURL.appending(path: "Files")
        let paths = (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).sorted()
        let files = paths.map { folder.appending(path: $0) }.filter { !$0.hasDirectoryPath }
        let source = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding the files of \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [folder.path, source.path],
                inputFiles: files,
                outputFiles: [source]
            )
        ]
    }
}
