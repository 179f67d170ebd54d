/// A transposed convolution of volumes `(batch, depth, height, width, channels)`.
/// Follows Keras's [Conv3DTranspose](https://keras.io/api/layers/convolution_layers/convolution3d_transpose/).
public final class Conv3DTranspose: BaseConvTranspose {
    override class var spatialRank: Int { 3 }
}
