/// A transposed convolution of images `(batch, height, width, channels)`.
/// Follows Keras's [Conv2DTranspose](https://keras.io/api/layers/convolution_layers/convolution2d_transpose/).
public final class Conv2DTranspose: BaseConvTranspose {
    override class var spatialRank: Int { 2 }
}
