import Features
import JSON

/// Pictures: brought to one size, varied a little, blocks of convolutions.
enum ImagePreset {
    static func build(_ draft: PresetDraft, _ builder: inout DefinitionBuilder) throws {
        let column = try draft.only(.image)
        let side = draft.isSmall ? 64 : 128
        builder.add("InputLayer", name: column.name) { json in
            json.key("shape")
            json.array { json in
                json.null()
                json.null()
                json.write(3)
            }
            json.field("dtype", "image")
        }
        builder.add("Resizing") { json in
            json.field("height", side)
            json.field("width", side)
            json.field("antialias", true)
        }
        builder.add("RandomTranslation") { json in
            json.field("height_factor", 0.08)
            json.field("width_factor", 0.08)
            json.field("fill_mode", "nearest")
        }
        builder.add("RandomRotation") { json in
            json.field("factor", 0.03)
            json.field("fill_mode", "nearest")
        }
        builder.add("Rescaling") { json in json.field("scale", 1.0 / 255) }
        builder.addConvolutions(filters: draft.isSmall ? [16, 32, 64] : [32, 64, 128, 256])
        if draft.isSmall { builder.add("Flatten") } else { builder.add("GlobalAveragePooling2D") }
        builder.add("Dropout") { json in json.field("rate", 0.4) }
        draft.addHead(to: &builder)
        builder.training = { json in
            draft.writeTraining("Adam", rate: 0.001, batchSize: 32, epochs: 60, to: &json)
            json.field("inputs", column.name)
            json.field("targets", draft.target.name)
        }
    }
}
