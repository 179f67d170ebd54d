/// A convolution of volumes `(batch, depth, height, width, channels)`.
/// Follows Keras's [Conv3D](https://keras.io/api/layers/convolution_layers/convolution3d/).
public final class Conv3D: BaseConv {
    override class var spatialRank: Int { 3 }
}
