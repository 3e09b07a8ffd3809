import Foundation
import JSON
import Testing

/// Models as files of other frameworks'.
@Suite(.sharedServer) struct ModelExportTests {
    @Test func `every format has its type, its name and a tag`() throws {
        let server = try TestServer.shared()
        try server.define(#"{"name":"tagged","input_shape":[2],"layers":[{"type":"Dense","units":1}]}"#)
        let formats = [
            ("keras", "application/vnd.keras", "tagged.keras"), ("h5", "application/x-hdf5", "tagged.h5"),
            ("weights.h5", "application/x-hdf5", "tagged.weights.h5"), ("json", "application/json", "tagged.json"),
            ("npz", "application/zip", "tagged.npz"), ("safetensors", "application/octet-stream", "tagged.safetensors"),
        ]
        for (format, type, file) in formats {
            let reply = try server.get("/models/tagged/export?format=\(format)")
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.fields["content-type"] == type)
            #expect(reply.fields["content-disposition"] == "attachment; filename=\"\(file)\"")
            let tag = try #require(reply.fields["etag"])
            #expect(try server.get("/models/tagged/export?format=\(format)").body == reply.body)
            let known = try server.get("/models/tagged/export?format=\(format)", ["--header", "If-None-Match: \(tag)"])
            #expect(known.status == 304)
        }
        let unknown = try server.get("/models/tagged/export?format=pickle")
        #expect(unknown.status == 400)
        for (format, _, _) in formats { #expect(unknown.text.contains(format)) }
        #expect(try server.get("/models/tagged/export").status == 400)
        #expect(try server.get("/models/none/export?format=keras").status == 404)
    }

    @Test func `what Keras doesn't have is named`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name":"own","input_shape":[4],"layers":[{"type":"TokenAndPositionEmbedding","vocabulary_size":9,
            "sequence_length":4,"embedding_dim":2},{"type":"Flatten"},{"type":"Dense","units":1}]}
            """
        )
        let reply = try server.get("/models/own/export?format=keras")
        #expect(reply.status == 422)
        #expect(reply.faults.contains { $0.contains("TokenAndPositionEmbedding") }, "\(reply.text)")
        #expect(try server.get("/models/own/export?format=safetensors").status == 200)
    }

    @Test func `weights come back from every file that has some`() throws {
        let server = try TestServer.shared()
        try server.define(
            """
            {"name":"weighty","input_shape":[6,3],"seed":4,"layers":[{"type":"Bidirectional","layer":{"type":"GRU","units":3}},
            {"type":"BatchNormalization"},{"type":"Dense","units":2}]}
            """
        )
        let initial = try server.get("/models/weighty/export?format=safetensors&version=0").body
        for format in ["weights.h5", "h5", "keras", "npz", "safetensors"] {
            let file = try server.get("/models/weighty/export?format=\(format)&version=0").body
            let put = try server.put("/models/weighty/weights", file, contentType: "application/octet-stream")
            #expect(put.status == 201, "\(format): \(put.text)")
            #expect(try server.get("/models/weighty/export?format=safetensors").body == initial)
        }
        let wrong = try server.get("/models/weighty/export?format=npz").body
        try server.define(#"{"name":"lighter","input_shape":[2],"layers":[{"type":"Dense","units":1}]}"#)
        let refused = try server.put("/models/lighter/weights", wrong, contentType: "application/octet-stream")
        #expect(refused.status == 422 && refused.faults.count > 3, "\(refused.text)")
    }

    @Test func `commands write and read these files by their names`() throws {
        let folder = try TemporaryFolder()
        let source = try folder.write(FixtureCase.bytes("keras3/resnet_block.keras"), to: "resnet.keras")
        let taken = try folder.trainyard("import", source, "--as", "resnet")
        #expect(taken.status == 0 && taken.text.contains("newest version 1"), "\(taken.errors)")
        for suffix in [".keras", ".h5"] {
            let file = folder.path("copy\(suffix)")
            #expect(try folder.trainyard("export", "resnet", file).status == 0)
            let copy = try folder.trainyard("import", file, "--as", "resnet2\(suffix.dropFirst())")
            #expect(copy.status == 0, "\(copy.errors)")
        }
        try folder.trainyard("export", "resnet", source).expectRefusal(status: 73, "there is such a file already")
        let damaged = try folder.write(FixtureCase.bytes("hostile/cut.keras"), to: "cut.keras")
        try folder.trainyard("import", damaged).expectRefusal(status: 65, "cut short")
    }
}
