internal import CHDF5

/// Takes an HDF5 file apart: groups, attributes and numbers, each object once.
///
/// Only what Keras writes is read: hard links, numbers that lie in the file itself, no filters but deflate, shuffle and
/// Fletcher-32. All of that is looked at before any number is read.
struct HDF5Scan {
    private let bytes: UnsafeRawBufferPointer
    private let limits: FileScan.Limits
    private var seen: Set<UInt64> = []
    private var objectCount = 0
    private var attributeBytes = 0
    private var numbersLeft: Int
    private var faults: [InterchangeError.Fault] = []

    private static let deepest = 32
    private static let mostObjects = 100_000
    private static let mostAttributeBytes = 16 << 20
    private static let longestName = 4096
    private static let mostFaults = 100
    /// A number in the file may stand for so many, as in Keras's own rule.
    private static let greatestRatio = 1000
    /// How many bytes are unpacked at a time.
    private static let pieceBytes = 4 << 20
    /// Groups whose numbers nothing here needs.
    private static let unneeded: Set<String> = ["metrics", "loss_tracker", "_metrics"]
    /// Groups whose numbers are passed over where they can't be read, since a model is whole without them.
    private static let optional: Set<String> = ["optimizer", "optimizer_weights"]

    /// A scan of a file.
    init(_ bytes: UnsafeRawBufferPointer, limits: FileScan.Limits) {
        self.bytes = bytes
        self.limits = limits
        numbersLeft = limits.numbers
    }

    /// Writes the file as frames.
    ///
    /// - Parameter output: Takes the frames.
    /// - Throws: `InterchangeError` with all that can't be read.
    mutating func run(to output: inout FrameWriter) throws(InterchangeError) {
        hdf5_start()
        let file = hdf5_open(bytes.baseAddress, bytes.count)
        guard file >= 0 else { throw InterchangeError("HDF5: the file can't be opened: it is cut short or damaged") }
        defer { hdf5_close(file) }
        let root = hdf5_open_group(file, "/")
        guard root >= 0 else { throw InterchangeError("HDF5: the file has no root: it is damaged") }
        defer { hdf5_close_group(root) }
        var address: UInt64 = 0
        if hdf5_kind(file, "/", &address) >= 0 { seen.insert(address) }
        group(root, "", depth: 0, isNeeded: true, to: &output)
        if !faults.isEmpty { throw InterchangeError(faults) }
    }

    private var isGivenUp: Bool { faults.count >= Self.mostFaults || objectCount > Self.mostObjects }

    private mutating func fault(_ path: String, _ message: String) {
        if faults.count < Self.mostFaults { faults.append(InterchangeError.Fault(at: "/" + path, "HDF5: \(message)")) }
    }

    /// Collects the names that the library tells.
    private final class Names {
        var all: [(name: String, isHard: Bool)] = []
        var isTooMany = false
    }

    private mutating func group(
        _ handle: hid_t,
        _ path: String,
        depth: Int,
        isNeeded: Bool,
        to output: inout FrameWriter
    ) {
        output.begin(.group)
        output.text(path)
        attributes(of: handle, path, to: &output)
        let names = Names()
        let status = hdf5_links(handle, Unmanaged.passUnretained(names).toOpaque()) { context, name, isHard in
            guard let context, let name else { return -1 }
            let names = Unmanaged<Names>.fromOpaque(context).takeUnretainedValue()
            names.all.append((String(cString: name), isHard != 0))
            names.isTooMany = names.all.count > HDF5Scan.mostObjects
            return names.isTooMany ? 1 : 0
        }
        guard status >= 0 else { return fault(path, "the group is damaged") }
        for (name, isHard) in names.all where !isGivenUp {
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            objectCount += 1
            guard objectCount <= Self.mostObjects else {
                return fault("", "the file has more than \(Self.mostObjects) objects")
            }
            guard name.utf8.count <= Self.longestName else {
                fault(path, "a name is longer than \(Self.longestName) bytes")
                continue
            }
            guard isHard else {
                fault(inner, "a link to somewhere else, which is never followed; save the model anew, without links")
                continue
            }
            var address: UInt64 = 0
            let kind = hdf5_kind(handle, name, &address)
            guard kind >= 0 else {
                fault(inner, "the object is damaged")
                continue
            }
            guard seen.insert(address).inserted else { continue }
            let isInnerNeeded = isNeeded && !(depth == 0 && Self.unneeded.contains(name))
            if kind == Int32(HDF5_GROUP.rawValue) {
                guard depth < Self.deepest else {
                    fault(inner, "more than \(Self.deepest) groups lie within one another")
                    continue
                }
                let opened = hdf5_open_group(handle, name)
                group(opened, inner, depth: depth + 1, isNeeded: isInnerNeeded, to: &output)
                hdf5_close_group(opened)
            } else if kind == Int32(HDF5_DATASET.rawValue) {
                let opened = hdf5_open_dataset(handle, name)
                if opened < 0, ObjectHeader(of: bytes, at: address)?.isVirtual ?? false {
                    fault(inner, Self.virtual)
                } else if isInnerNeeded {
                    dataset(opened, inner, to: &output)
                } else {
                    output.begin(.skipped)
                    output.text(inner)
                }
                hdf5_close_dataset(opened)
            }
        }
    }

    // MARK: Numbers

    private mutating func dataset(_ handle: hid_t, _ path: String, to output: inout FrameWriter) {
        var found = HDF5Dataset()
        hdf5_look(handle, &found)
        let type = withUnsafeBytes(of: found.type) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if let refusal = Self.refusal(of: found, type) {
            guard let top = path.split(separator: "/").first, Self.optional.contains(String(top)) else {
                return fault(path, refusal)
            }
            output.begin(.skipped)
            return output.text(path)
        }
        let extents = withUnsafeBytes(of: found.extents) { bytes in
            Array(bytes.bindMemory(to: UInt64.self).prefix(Int(found.rank)))
        }
        var volume = 1
        for extent in extents {
            guard let extent = Int(exactly: extent),
                case let (product, overflow) = volume.multipliedReportingOverflow(by: extent),
                !overflow, product <= limits.numbers
            else { return fault(path, "\(extents) are more numbers than the limit, \(limits.numbers)") }
            volume = product
        }
        let stored = found.stored.multipliedReportingOverflow(by: UInt64(Self.greatestRatio))
        guard stored.overflow || UInt64(volume * found.size) <= stored.partialValue else {
            return fault(
                path,
                "\(extents) of \(type) are more than \(Self.greatestRatio) times the \(found.stored) bytes that are stored"
            )
        }
        guard volume <= numbersLeft else {
            return fault(path, "the file holds more numbers than the limit, \(limits.numbers)")
        }
        numbersLeft -= volume
        output.begin(.dataset)
        output.text(path)
        output.text(type)
        output.number(extents.count)
        for extent in extents { output.number(Int(extent)) }
        if !numbers(handle, &found, extents.map { Int($0) }, volume, to: &output) {
            // What was promised must come, so that the next frame is one.
            fault(path, "the numbers can't be read: they are damaged")
        }
    }

    private static let virtual = "a virtual data set, whose numbers lie elsewhere; save the model anew"

    private static func refusal(of found: HDF5Dataset, _ type: String) -> String? {
        switch UInt32(found.refusal) {
        case HDF5_FINE.rawValue: nil
        case HDF5_TOO_MANY_AXES.rawValue: "more than \(HDF5_MOST_AXES) axes"
        case HDF5_EXTERNAL.rawValue: "the numbers lie in another file, which is never opened"
        case HDF5_VIRTUAL.rawValue: virtual
        case HDF5_FILTER.rawValue: "a filter other than gzip, shuffle and fletcher32; save the model without it"
        case HDF5_NO_NUMBERS.rawValue: "expected numbers, found \(type)"
        default: "the data set is damaged"
        }
    }

    /// Sends the numbers; false, with as many zeros in their place, where they can't be read.
    private func numbers(
        _ handle: hid_t,
        _ found: inout HDF5Dataset,
        _ extents: [Int],
        _ volume: Int,
        to output: inout FrameWriter
    ) -> Bool {
        guard volume > 0 else { return true }
        if let place = Int(exactly: found.place), place <= bytes.count, 4 * volume <= bytes.count - place {
            output.raw(UnsafeRawBufferPointer(rebasing: bytes[place..<place + 4 * volume]))
            return true
        }
        let rows = extents.first ?? 1
        let rowVolume = volume / rows
        let packed = max(1, min(Int(clamping: found.rows_packed), rows))
        // Whole packs, so that none is unpacked twice.
        let packs = max(1, Self.pieceBytes / 4 / max(rowVolume, 1) / packed)
        let step = min(rows, packed * packs)
        var isGood = true
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: step * rowVolume)
        defer { buffer.deallocate() }
        buffer.initialize(repeating: 0)
        var first = 0
        while first < rows {
            let count = min(step, rows - first)
            if isGood { isGood = hdf5_read(handle, &found, UInt64(first), UInt64(count), buffer.baseAddress) >= 0 }
            output.raw(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[..<(count * rowVolume)])))
            first += count
        }
        return isGood
    }

    // MARK: Attributes

    /// Collects the texts that the library tells.
    private final class Texts {
        var all: [String] = []
        var bytes = 0
    }

    private static let collect: hdf5_text_visitor = { context, text, count in
        guard let context, let text else { return }
        let texts = Unmanaged<Texts>.fromOpaque(context).takeUnretainedValue()
        texts.bytes += count
        guard texts.bytes <= HDF5Scan.mostAttributeBytes else { return }
        texts.all.append(String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self))
    }

    private mutating func attributes(of handle: hid_t, _ path: String, to output: inout FrameWriter) {
        let names = Texts()
        guard hdf5_attributes(handle, Unmanaged.passUnretained(names).toOpaque(), Self.collect) >= 0 else {
            return fault(path, "an attribute is damaged")
        }
        for name in names.all where !isGivenUp {
            let found = hdf5_look_at_attribute(handle, name)
            // Others are nothing that is needed here.
            guard found.is_text >= 0 else { continue }
            guard let count = Int(exactly: found.count), count <= Self.mostAttributeBytes / 16 else {
                fault(path, "the attribute \"\(name)\" has too many elements")
                continue
            }
            if found.is_text == 1 {
                let texts = Texts()
                let context = Unmanaged.passUnretained(texts).toOpaque()
                guard hdf5_read_texts(handle, name, found.count, context, Self.collect) >= 0, texts.all.count == count
                else {
                    fault(path, "the attribute \"\(name)\" can't be read")
                    continue
                }
                attributeBytes += texts.bytes
                output.begin(.texts)
                output.text(path)
                output.text(name)
                output.number(count)
                for text in texts.all { output.text(text) }
            } else {
                var numbers = [Double](repeating: 0, count: count)
                guard hdf5_read_numbers(handle, name, &numbers) >= 0 else {
                    fault(path, "the attribute \"\(name)\" can't be read")
                    continue
                }
                attributeBytes += 8 * count
                output.begin(.numbers)
                output.text(path)
                output.text(name)
                output.number(count)
                for number in numbers { output.float(number) }
            }
            guard attributeBytes <= Self.mostAttributeBytes else {
                return fault("", "the attributes are more than \(Self.mostAttributeBytes) bytes")
            }
        }
    }
}
