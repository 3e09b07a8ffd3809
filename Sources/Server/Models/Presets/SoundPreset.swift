import Features
import JSON

/// Recordings: a mel spectrogram, brought to one number of steps however long they are, as a picture for blocks of
/// convolutions.
enum SoundPreset {
    static func build(_ draft: PresetDraft, _ builder: inout DefinitionBuilder) throws {
        let column = try draft.only(.sound)
        let rate = 8000
        let (bands, steps) = draft.isSmall ? (32, 32) : (64, 96)
        builder.add("InputLayer", name: column.name) { json in
            json.key("shape")
            json.array { json in json.null() }
            json.field("dtype", "audio")
            json.field("sample_rate", rate)
        }
        builder.add("MelSpectrogram") { json in
            json.field("fft_length", 512)
            json.field("sequence_stride", 128)
            json.field("sequence_length", 256)
            json.field("sampling_rate", rate)
            json.field("num_mel_bins", bands)
            json.field("min_freq", 60)
            json.field("max_freq", 4000)
        }
        builder.add("Reshape") { json in json.field("target_shape", [bands, -1, 1]) }
        builder.add("Resizing") { json in
            json.field("height", bands)
            json.field("width", steps)
        }
        // Another mouth, another pace, a noise over some of it.
        builder.add("RandomZoom") { json in
            json.field("height_factor", 0.15)
            json.field("width_factor", 0.2)
            json.field("fill_mode", "nearest")
        }
        builder.add("RandomTranslation") { json in
            json.field("height_factor", 0.08)
            json.field("width_factor", 0.08)
            json.field("fill_mode", "nearest")
        }
        builder.add("RandomErasing") { json in
            json.field("factor", 0.5)
            json.field("scale", [0.05, 0.2])
            json.field("fill_value", -30)
        }
        // Each recording has a microphone of its own: mean 0 and deviation 1.
        builder.add("LayerNormalization") { json in
            json.field("axis", [1, 2, 3])
            json.field("center", false)
            json.field("scale", false)
        }
        builder.addConvolutions(filters: draft.isSmall ? [16, 32, 64] : [32, 64, 128])
        builder.add("Flatten")
        builder.add("Dropout") { json in json.field("rate", 0.5) }
        draft.addHead(to: &builder)
        builder.training = { json in
            draft.writeTraining("Adam", rate: 0.002, batchSize: 64, epochs: 40, to: &json)
            json.field("inputs", column.name)
            json.field("targets", draft.target.name)
        }
    }
}
