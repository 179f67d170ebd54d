import HornbillEngine

/// A tree of groups and datasets that becomes an HDF5 file as h5py's defaults would write it.
///
/// Nothing is written before everything is known. Then the sizes give the places, and the file is an image of bytes: all
/// metadata, followed by the elements, which stay where they are until somebody reads the image.
package struct HDF5Writer {
    struct Node {
        var attributes: [(name: String, value: HDF5Value)] = []
        var content: Content
    }

    enum Content {
        /// The places of the children, by name.
        case group([String: Int])
        case dataset(type: HDF5Type, shape: [Int], bytes: any RandomAccessBytes)
    }

    /// The root is the first.
    private(set) var nodes = [Node(content: .group([:]))]

    package init() {}

    /// Makes a group, with those around it that are not there yet, and gives it attributes.
    /// - Parameter path: as `layers/dense/vars`; empty for the root.
    /// - Throws: kind `argument` for a path that cannot be, or an attribute that is there already or too large.
    package mutating func group(_ path: String, attributes: KeyValuePairs<String, HDF5Value> = [:]) throws {
        let place = try node(path.split(separator: "/", omittingEmptySubsequences: true).map(String.init), path)
        try add(attributes.map { ($0.key, $0.value) }, to: place, path)
    }

    /// Adds a dataset of a tensor's elements, with the groups around it.
    /// - Throws: the error that the tensor carries; kind `argument` for a path that is taken or cannot be.
    package mutating func dataset(_ path: String, _ tensor: Tensor, attributes: KeyValuePairs<String, HDF5Value> = [:])
        throws
    {
        let bytes = try TensorBytes(tensor)
        try dataset(
            path, type: HDF5Type(tensor.dtype), shape: tensor.shape.dimensions, bytes: bytes, attributes: attributes)
    }

    /// Adds a dataset whose elements are read when the file is written.
    /// - Throws: kind `argument`, also if there are not as many bytes as the shape needs.
    package mutating func dataset(
        _ path: String, type: HDF5Type, shape: [Int], bytes: any RandomAccessBytes,
        attributes: KeyValuePairs<String, HDF5Value> = [:]
    ) throws {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard let name = parts.popLast() else { throw HornbillError(.argument, "a dataset needs a name") }
        let count = try Shape(shape).validated().count
        guard shape.count <= 32, count * type.byteCount == bytes.count else {
            throw HornbillError(
                .argument,
                "the dataset '\(path)' of shape \(Shape(shape)) and \(bytes.count) bytes of \(type) cannot be")
        }
        let parent = try node(parts, path)
        let place = nodes.count
        try link(name, place, to: parent, path)
        nodes.append(Node(content: .dataset(type: type, shape: shape, bytes: bytes)))
        if type == .bfloat16 { try add([("dtype", .string("bfloat16"))], to: place, path) }
        try add(attributes.map { ($0.key, $0.value) }, to: place, path)
    }

    /// The file, its metadata made and its elements yet to be read.
    /// - Throws: kind `argument` for an attribute that is larger than the format allows.
    package func image() throws -> ComposedBytes { try HDF5Encoder(nodes).image() }

    /// Writes the file; it appears whole or not at all.
    package func write(to path: String) throws { try AtomicFile.write(path, image()) }

    /// The group of this path, made if it is not there.
    private mutating func node(_ parts: [String], _ path: String) throws -> Int {
        var place = 0
        for part in parts {
            guard case .group(let children) = nodes[place].content else { throw taken(path) }
            if let child = children[part] {
                place = child
            } else {
                let child = nodes.count
                try link(part, child, to: place, path)
                nodes.append(Node(content: .group([:])))
                place = child
            }
        }
        guard case .group = nodes[place].content else { throw taken(path) }
        return place
    }

    private func taken(_ path: String) -> HornbillError {
        HornbillError(.argument, "'\(path)' cannot be written: there is a dataset at it, or at a part of it")
    }

    private mutating func link(_ name: String, _ child: Int, to parent: Int, _ path: String) throws {
        guard !name.utf8.contains(0), name != "." else {
            throw HornbillError(.argument, "'\(path)' cannot be a path in an HDF5 file")
        }
        guard case .group(var children) = nodes[parent].content, children[name] == nil else { throw taken(path) }
        // The only copy: changed where it lies.
        nodes[parent].content = .group([:])
        children[name] = child
        nodes[parent].content = .group(children)
    }

    private mutating func add(_ attributes: [(String, HDF5Value)], to place: Int, _ path: String) throws {
        for (name, value) in attributes {
            guard !name.isEmpty, !name.utf8.contains(0), !nodes[place].attributes.contains(where: { $0.name == name })
            else {
                throw HornbillError(.argument, "the attribute '\(name)' of '\(path)' cannot be, or is there already")
            }
            nodes[place].attributes.append((name, value))
        }
    }
}

extension HDF5Type {
    /// How the elements of tensors are written; text is written in attributes only.
    init(_ dtype: DType) {
        switch dtype {
        case .float32: self = .float32
        case .float64: self = .float64
        case .int32: self = .int32
        case .int64: self = .int64
        case .uint8: self = .uint8
        case .bool: self = .bool
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        case .string: self = .string
        }
    }
}
