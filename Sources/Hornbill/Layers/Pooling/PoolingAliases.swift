// Keras's other names.

public typealias MaxPool1D = MaxPooling1D
public typealias MaxPool2D = MaxPooling2D
public typealias MaxPool3D = MaxPooling3D
public typealias AvgPool1D = AveragePooling1D
public typealias AvgPool2D = AveragePooling2D
public typealias AvgPool3D = AveragePooling3D
public typealias GlobalMaxPool1D = GlobalMaxPooling1D
public typealias GlobalMaxPool2D = GlobalMaxPooling2D
public typealias GlobalMaxPool3D = GlobalMaxPooling3D
public typealias GlobalAvgPool1D = GlobalAveragePooling1D
public typealias GlobalAvgPool2D = GlobalAveragePooling2D
public typealias GlobalAvgPool3D = GlobalAveragePooling3D
