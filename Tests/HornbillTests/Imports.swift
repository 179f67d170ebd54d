import Hornbill
@_exported import HornbillTestSupport

extension Tensor {
    func reshaped(_ shape: Shape) -> Tensor { ops.reshape(self, shape) }
}
