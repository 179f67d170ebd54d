import HornbillEngine

/// A group of an HDF5 file: named groups and datasets, and attributes.
package struct HDF5Group {
    /// As `/layers/dense`; the root is `/`.
    package let path: String
    private let reader: HDF5Reader
    private let object: HDF5Object
    private let links: HDF5Links

    /// Deeper groups than any model has.
    private static let maximumDepth = 128

    init(_ reader: HDF5Reader, _ address: Int, _ path: String) throws {
        self.reader = reader
        self.path = path
        object = try reader.object(address, path)
        links = try reader.links(of: object)
    }

    /// The names of what is in it, in the file's order: that of their bytes where h5py's defaults wrote it.
    package var names: [String] { links.names }

    /// The attributes.
    package var attributes: HDF5Attributes { HDF5Attributes(reader, object) }

    /// What a name or a path (`layers/dense/vars`) leads to; nil if there is none.
    /// - Throws: kind `file` for a link that is refused, at any place of the path, and for damage.
    package func child(_ path: String) throws -> HDF5Node? {
        var node = HDF5Node.group(self)
        for name in path.split(separator: "/", omittingEmptySubsequences: true) {
            guard case .group(let group) = node else { return nil }
            guard let next = try group.next(String(name)) else { return nil }
            node = next
        }
        return node
    }

    /// The group of this path; nil if there is nothing.
    /// - Throws: kind `file`, also if a dataset lies there.
    package func group(_ path: String) throws -> HDF5Group? {
        switch try child(path) {
        case .group(let group): return group
        case .dataset(let dataset): throw place(dataset.path).error("a group is expected here, but this is a dataset")
        case nil: return nil
        }
    }

    /// The dataset of this path; nil if there is nothing.
    /// - Throws: kind `file`, also if a group lies there.
    package func dataset(_ path: String) throws -> HDF5Dataset? {
        switch try child(path) {
        case .dataset(let dataset): return dataset
        case .group(let group): throw place(group.path).error("a dataset is expected here, but this is a group")
        case nil: return nil
        }
    }

    private func place(_ path: String) -> HDF5Place { HDF5Place(file: reader.name, path: path) }

    private func next(_ name: String) throws -> HDF5Node? {
        let childPath = path == "/" ? "/" + name : path + "/" + name
        switch links[name] {
        case nil: return nil
        case .refused(let construct): throw place(childPath).refused(construct)
        case .object(let address):
            guard childPath.utf8.count(where: { $0 == UInt8(ascii: "/") }) <= Self.maximumDepth else {
                throw place(childPath).error("groups are nested more than \(Self.maximumDepth) deep")
            }
            let object = try reader.object(address, childPath)
            switch (object.isGroup, object.isDataset) {
            case (true, false): return .group(try HDF5Group(reader, address, childPath))
            case (false, true): return .dataset(try HDF5Dataset(reader, object))
            default: throw object.place.refused("an object that is neither a group nor a dataset")
            }
        }
    }
}

/// What a name leads to.
package enum HDF5Node {
    case group(HDF5Group)
    case dataset(HDF5Dataset)
}
