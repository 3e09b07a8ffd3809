import Features
import JSON

/// Recordings: a mel spectrogram, and blocks of convolutions as over a picture.
enum SoundPreset {
    static func build(_ draft: PresetDraft, _ builder: inout DefinitionBuilder) throws {
        let column = try draft.only(.sound)
        let (rate, seconds) = (8000, draft.isSmall ? 1 : 4)
        let bands = draft.isSmall ? 32 : 64
        builder.add("InputLayer", name: column.name) { json in
            json.field("shape", [rate * seconds])
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
        builder.add("Rescaling") { json in
            json.field("scale", 0.05)
            json.field("offset", 1.0)
        }
        builder.add("Reshape") { json in json.field("target_shape", [bands, rate * seconds / 128 + 1, 1]) }
        for filters in draft.isSmall ? [16, 32, 64] : [32, 64, 128] {
            builder.add("Conv2D") { json in
                json.field("filters", filters)
                json.field("kernel_size", 3)
                json.field("padding", "same")
                json.field("use_bias", false)
            }
            // Few steps an epoch: the moving figures must follow faster than Keras's 0.99 lets them.
            builder.add("BatchNormalization") { json in json.field("momentum", 0.9) }
            builder.add("ReLU")
            builder.add("MaxPooling2D")
        }
        builder.add("Flatten")
        builder.add("Dropout") { json in json.field("rate", 0.5) }
        draft.addHead(to: &builder)
        builder.training = { json in
            json.field("optimizer", "adam")
            json.field("batch_size", 64)
            json.field("epochs", 30)
            json.field("inputs", column.name)
            json.field("targets", draft.target.name)
        }
    }
}
