// Keras's other names.

public typealias Convolution1D = Conv1D
public typealias Convolution2D = Conv2D
public typealias Convolution3D = Conv3D
public typealias Convolution1DTranspose = Conv1DTranspose
public typealias Convolution2DTranspose = Conv2DTranspose
public typealias Convolution3DTranspose = Conv3DTranspose
public typealias SeparableConvolution1D = SeparableConv1D
public typealias SeparableConvolution2D = SeparableConv2D
