import CKernels

// Half precision: what has no kernel of its own is computed by the float32 kernel on copies in scratch memory, and
// rounded once.

extension Lowering {
    /// The float32 kernel of an operation between casts of its operands and results of half precision.
    static func widened(
        _ operation: Operation, _ inputs: [TensorType], _ outputs: [TensorType], _ options: LoweringOptions
    ) throws -> Kernel {
        func wide(_ type: TensorType) -> TensorType { type.dtype.isHalf ? TensorType(.float32, type.shape) : type }
        let inner = try kernel(for: operation, inputs.map(wide), outputs.map(wide), options)
        let plan = Widening(inputs, outputs, inner.scratchBytes)
        let members = Int32(options.threads)
        let innerKernel = inner
        return Kernel(
            "\(inner.name) in half precision", scratchBytes: plan.scratchBytes, canFail: inner.canFail,
            instantiate: {
                let execute = try innerKernel.instantiate()
                return { window in
                    let scratch = window[plan.places.count]
                    let pointers = scratch.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
                    for (index, place) in plan.places.enumerated() {
                        pointers[index] = place.copy.map { scratch + $0 } ?? window[index]
                        guard index < plan.inputCount, place.copy != nil else { continue }
                        hk_cast(
                            place.type, window[index], HK_T_FLOAT32, pointers[index], Int64(place.count), members)
                    }
                    pointers[plan.places.count] = scratch + plan.innerScratch
                    try execute(UnsafePointer(pointers))
                    for (index, place) in plan.places.enumerated() where index >= plan.inputCount && place.copy != nil {
                        hk_cast(
                            HK_T_FLOAT32, pointers[index], place.type, window[index], Int64(place.count), members)
                    }
                }
            })
    }

    /// Where the copies lie in scratch memory, behind the window that the inner kernel gets.
    private struct Widening: Sendable {
        struct Place: Sendable {
            var type: hk_type
            var count: Int
            /// Bytes from the beginning of the scratch memory; nil for what is used as it is.
            var copy: Int?
        }

        var places: [Place] = []
        let inputCount: Int
        let innerScratch: Int
        let scratchBytes: Int

        init(_ inputs: [TensorType], _ outputs: [TensorType], _ innerBytes: Int) {
            inputCount = inputs.count
            var offset = Arena.rounded(
                (inputs.count + outputs.count + 1) * MemoryLayout<UnsafeMutableRawPointer>.stride)
            for type in inputs + outputs {
                places.append(Place(type: type.dtype.kernelType, count: type.shape.count))
                guard type.dtype.isHalf else { continue }
                places[places.count - 1].copy = offset
                offset += Arena.rounded(type.shape.count * 4)
            }
            innerScratch = offset
            scratchBytes = offset + Arena.rounded(innerBytes)
        }
    }
}
