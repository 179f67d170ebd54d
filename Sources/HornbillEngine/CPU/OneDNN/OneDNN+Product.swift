import COneDNN

extension OneDNN {
    /// A product of bfloat16 matrices on one thread, summed up in float32 and rounded once behind the bias and the
    /// activation. Window: the factors, the result, the bias (if any), scratch memory.
    /// - Parameters:
    ///   - isBatch: whether there is an axis of matrices, be it of one.
    ///   - rowLength: elements from one row of the result to the next.
    ///   - result: the type of the result.
    /// - Throws: where oneDNN has no implementation for the processor.
    static func halfProduct(_ layout: MatmulLayout, isBatch: Bool, rowLength: Int, result type: dnnl_data_type_t)
        throws -> Program
    {
        try onTeam(of: 1) {
            let form = layout.form
            let attributes = try Attributes(form.activation)
            let layouts = ProductLayouts(isBatch: isBatch, product: layout)
            var (left, right, bias) = (layouts.left, layouts.right, layouts.bias)
            var result = layouts.result(rowLength, type)
            let engine = try requireEngine()
            var descriptor = dnnl_matmul_desc_t()
            let status =
                form.bias
                ? dnnl_matmul_desc_init(&descriptor, &left, &right, &bias, &result)
                : dnnl_matmul_desc_init(&descriptor, &left, &right, nil, &result)
            try check(status, "describe a product")
            let described = try PrimitiveDescriptor { target in
                attributes.lend { dnnl_primitive_desc_create(target, &descriptor, $0, engine, nil) }
            }
            // Its own reference is slower than float32's kernels between casts.
            guard !described.name.hasPrefix("ref") else {
                throw HornbillError(.internal, "oneDNN has no fast product of bfloat16 on this processor")
            }
            let program = Program(described.name, scratchIndex: 4)
            var arguments = [
                Argument(number: DNNL_ARG_SRC, layout: left, place: .window(0)),
                Argument(number: DNNL_ARG_WEIGHTS, layout: right, place: .window(1)),
                Argument(number: DNNL_ARG_DST, layout: result, place: .window(2)),
            ]
            if form.bias { arguments.append(Argument(number: DNNL_ARG_BIAS, layout: bias, place: .window(3))) }
            program.append(try Primitive(described), arguments)
            return program
        }
    }
}

/// The layouts of a product's operands: of batches of matrices, or of matrices.
private struct ProductLayouts {
    let isBatch: Bool
    let product: MatmulLayout

    var left: dnnl_memory_desc_t {
        let (row, column) = product.form.transposeA ? (1, product.lda) : (product.lda, 1)
        return matrix(product.m, product.k, row, column, of: product.batch, stride: product.strideA)
    }
    var right: dnnl_memory_desc_t {
        let (row, column) = product.form.transposeB ? (1, product.ldb) : (product.ldb, 1)
        // One for all of the batch, where its stride is 0.
        let count = product.strideB == 0 ? 1 : product.batch
        return matrix(product.k, product.n, row, column, of: count, stride: product.k * product.n)
    }
    var bias: dnnl_memory_desc_t { matrix(1, product.n, product.n, 1, of: 1, stride: product.n) }

    func result(_ rowLength: Int, _ type: dnnl_data_type_t) -> dnnl_memory_desc_t {
        matrix(product.m, product.n, rowLength, 1, of: product.batch, stride: product.m * rowLength, type)
    }

    private func matrix(
        _ rows: Int, _ columns: Int, _ row: Int, _ column: Int, of count: Int, stride: Int,
        _ type: dnnl_data_type_t = dnnl_bf16
    ) -> dnnl_memory_desc_t {
        var layout = dnnl_memory_desc_t()
        var (sizes, strides) = ([Int64(rows), Int64(columns)], [Int64(row), Int64(column)])
        if isBatch {
            sizes.insert(Int64(count), at: 0)
            strides.insert(Int64(stride), at: 0)
        }
        // Fails only for shapes that no MatmulLayout has, and then leaves what no primitive takes.
        _ = dnnl_memory_desc_init_by_strides(&layout, Int32(sizes.count), sizes, type, strides)
        return layout
    }
}
