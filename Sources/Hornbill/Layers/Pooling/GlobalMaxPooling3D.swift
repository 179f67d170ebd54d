/// The largest element of each channel of volumes `(batch, depth, height, width, channels)`.
/// Follows Keras's [GlobalMaxPooling3D](https://keras.io/api/layers/pooling_layers/global_max_pooling3d/).
public final class GlobalMaxPooling3D: BaseGlobalPooling {
    override class var spatialRank: Int { 3 }
}
