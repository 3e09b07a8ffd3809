import Foundation
import PackagePlugin

/// Makes the files in a target's folder `Files`, and the pages of the package's docs, part of the program: `embed-files` writes
/// them into a source of the target.
@main
struct EmbedFiles: BuildToolPlugin {
    /// One command, which runs where a file has changed, was added or is gone.
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = target.directoryURL.appending(path: "Files")
        let docs = context.package.directoryURL.appending(path: "docs")
        let files = Self.paths(in: folder).map { folder.appending(path: $0) }.filter { !$0.hasDirectoryPath }
        let pages = Self.paths(in: docs).filter { $0.hasSuffix(".md") }.map { docs.appending(path: $0) }
        let source = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding the files of \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [folder.path, docs.path, source.path],
                inputFiles: files + pages,
                outputFiles: [source]
            )
        ]
    }

    private static func paths(in folder: URL) -> [String] {
        (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).sorted()
    }
}
