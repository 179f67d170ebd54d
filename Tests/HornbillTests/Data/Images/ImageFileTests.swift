import Foundation
import Hornbill
import HornbillTestSupport
import Testing

@Suite struct ImageFileTests {
    @Test func `every kind of PNG and JPEG is read with the numbers that Keras reads`() throws {
        let cases = DataGolden.arrays("load")
        #expect(cases.count >= 50)
        for (parts, expected) in cases {
            let mode = try #require(ColorMode(rawValue: parts[1]))
            let image = try loadImage(DataGolden.path("images/\(parts[0])"), colorMode: mode)
            let isDeepGray = ["gray16.png", "photo16.png"].contains(parts[0])
            if isDeepGray, mode != .grayscale {
                // Keras cuts 16 bits off at 255 here; Hornbill keeps the upper 8.
                let gray = try loadImage(DataGolden.path("images/\(parts[0])"), colorMode: .grayscale)
                let upper = try gray.scalars(Int32.self).map { UInt8($0 >> 8) }
                #expect(
                    try stride(from: 0, to: image.count, by: mode.channels).map { try image.scalars(UInt8.self)[$0] }
                        == upper)
                continue
            }
            #expect(image.dtype == (isDeepGray ? .int32 : .uint8))
            // With opacity, 16 bits are rounded to 8 where Pillow cuts them.
            let tolerance = parts[0] == "rgba16.png" ? 1.0 : 0
            #expect(try distance(image, expected) <= tolerance, "\(parts)")
        }
    }

    @Test func `images get another size with Pillow's numbers, bit by bit`() throws {
        let cases = DataGolden.arrays("resize")
        #expect(cases.count == 108)
        for (parts, expected) in cases {
            let size = parts[3].split(separator: "x").compactMap { Int($0) }
            let image = try loadImage(
                DataGolden.path("images/\(parts[0])"), colorMode: try #require(ColorMode(rawValue: parts[1])),
                targetSize: (size[0], size[1]), interpolation: try #require(ImageInterpolation(rawValue: parts[2])),
                keepAspectRatio: parts[4] == "1")
            #expect(try distance(image, expected) == 0, "\(parts)")
        }
    }

    @Test func `images become arrays and arrays images as in Keras`() throws {
        let x = try DataGolden.require("to_image/x")
        #expect(try distance(arrayToImage(x), DataGolden.require("to_image/scaled")) == 0)
        let plain = arrayToImage(ops.abs(x) * 20, scale: false)
        #expect(try distance(plain, DataGolden.require("to_image/plain")) == 0)
        let image = try loadImage(DataGolden.path("images/rgb8.png"))
        let first = imageToArray(image, dataFormat: .channelsFirst, dtype: .float64)
        #expect(try first.validated().type == TensorType(.float64, [3, 7, 5]))
        #expect(try distance(ops.transpose(first, axes: [1, 2, 0]), image) == 0)
        #expect(try distance(arrayToImage(first, dataFormat: .channelsFirst, scale: false), image) == 0)
        #expect(imageToArray(Tensor.ones([4, 5])).shape == [4, 5, 1])
        #expect(try arrayToImage(Tensor.ones([2, 2, 3])).scalars(UInt8.self).allSatisfy { $0 == 0 })
        expectError(.shape, "(2, 2, 2)") { try arrayToImage(Tensor.ones([2, 2, 2])).validated() }
        expectError(.shape, "(2, 2)") { try arrayToImage(Tensor.ones([2, 2])).validated() }
        expectError(.shape, "(2,)") { try imageToArray(Tensor.ones([2])).validated() }
        expectError(.numeric, "NaN") { try arrayToImage(Tensor([Float.nan], shape: [1, 1, 1])).validated() }
    }

    @Test func `what is saved is loaded again`() throws {
        try withTemporaryFolder { folder in
            let modes: [(ColorMode, String)] = [
                (.grayscale, "gray8"), (.rgb, "rgb8"), (.rgba, "rgba8"), (.grayscale, "gray16"),
            ]
            for (mode, name) in modes {
                let image = try loadImage(DataGolden.path("images/\(name).png"), colorMode: mode)
                let path = "\(folder)/\(name).png"
                try saveImage(path, image, scale: false)
                #expect(try distance(loadImage(path, colorMode: mode), image) == 0, "\(name)")
            }
            let photo = try loadImage(DataGolden.path("images/rgb.jpg"), targetSize: (64, 64), interpolation: .bicubic)
            for mode in ColorMode.allCases {
                let image =
                    mode == .rgb ? photo : ops.concatenate([photo, photo], axis: 2)[0..., 0..., 0..<mode.channels]
                try saveImage("\(folder)/\(mode).jpeg", image, scale: false)
                let again = try loadImage("\(folder)/\(mode).jpeg", colorMode: mode == .grayscale ? .grayscale : .rgb)
                let kept = image[0..., 0..., 0..<again.shape[2]]
                let mean = ops.mean(ops.abs(again.cast(to: .float32) - kept.cast(to: .float32)))
                #expect(try mean.item() < 6, "\(mode)")
            }
            expectError(.argument, "fileFormat") { try saveImage("\(folder)/x.tiff", Tensor.ones([1, 1, 1])) }
            try saveImage("\(folder)/x.tiff", Tensor.ones([1, 1, 1]), fileFormat: .png)
            #expect(try loadImage("\(folder)/x.tiff").shape == [1, 1, 3])
            expectError(.file, "/nowhere/x.png") { try saveImage("/nowhere/x.png", Tensor.ones([1, 1, 1])) }
        }
    }

    @Test func `files that are cut off anywhere are errors with their path`() throws {
        try withTemporaryFolder { folder in
            for name in ["rgb8.png", "palette_alpha.png", "rgb16.png", "rgb.jpg", "cmyk.jpg", "progressive.jpg"] {
                let bytes = try DataGolden.bytes("images/\(name)")
                // The last bytes of a JPEG are the mark of its end, which no pixel needs.
                let last = name.hasSuffix("png") ? bytes.count : bytes.count - 8
                for length in Set([0, 1, 2, 3, 8, 20, 33, 50] + stride(from: 60, to: last, by: 13)).filter({ $0 < last }
                ) {
                    let path = "\(folder)/cut-\(name)"
                    try Data(bytes.prefix(length)).write(to: URL(filePath: path))
                    expectError(.file, path) { _ = try loadImage(path) }
                }
            }
        }
    }

    @Test func `damaged files are errors or pictures, never a crash`() throws {
        try withTemporaryFolder { folder in
            var failures = 0
            for name in ["rgb8.png", "rgba8.png", "palette.png", "gray1.png", "rgb.jpg", "cmyk.jpg", "progressive.jpg"]
            {
                let bytes = try DataGolden.bytes("images/\(name)")
                for position in stride(from: 2, to: bytes.count, by: 7) {
                    var damaged = bytes
                    damaged[position] ^= UInt8(1 << (position % 8))
                    let path = "\(folder)/\(name)"
                    try Data(damaged).write(to: URL(filePath: path))
                    do {
                        _ = try loadImage(path, colorMode: .rgba).validated()
                    } catch let error as HornbillError {
                        #expect(error.kind == .file && error.message.contains(path))
                        failures += 1
                    }
                }
            }
            #expect(failures > 100)
        }
    }

    @Test func `sizes beyond sense are refused before memory is taken`() throws {
        try withTemporaryFolder { folder in
            func expectRefusal(_ bytes: [UInt8], _ what: String) throws {
                let path = "\(folder)/bomb"
                try Data(bytes).write(to: URL(filePath: path))
                expectError(.file, path, what) { _ = try loadImage(path) }
            }
            func replaced(_ bytes: [UInt8], _ at: Int, _ new: [UInt8]) -> [UInt8] {
                Array(bytes[..<at]) + new + Array(bytes[(at + new.count)...])
            }
            let png = try DataGolden.bytes("images/rgb8.png")
            try expectRefusal(
                replaced(png, 16, [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]), "2147483647 × 2147483647")
            try expectRefusal(replaced(png, 16, [0, 0, 0x20, 0, 0, 0, 0x20, 0]), "8192 × 8192 pixels, which cannot be")
            try expectRefusal(replaced(png, 16, [0, 0, 0, 0]), "is none")
            try expectRefusal(replaced(png, 33, [0x7F, 0xFF, 0xFF, 0xFF]), "cut off")
            let jpeg = try DataGolden.bytes("images/rgb.jpg")
            let frame = try #require(jpeg.indices.dropLast().first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
            try expectRefusal(replaced(jpeg, frame + 5, [0xFF, 0xDC, 0xFF, 0xDC]), "65500 × 65500")
            try expectRefusal(replaced(jpeg, frame + 5, [0x20, 0, 0x20, 0]), "8192 × 8192 pixels, which cannot be")
        }
    }

    @Test func `other formats and bad arguments are clear errors`() throws {
        let photo = DataGolden.path("images/photo.png")
        expectError(.file, "picture.bmp", "BMP") { _ = try loadImage(DataGolden.path("images/picture.bmp")) }
        expectError(.file, "picture.gif", "GIF") { _ = try loadImage(DataGolden.path("images/picture.gif")) }
        expectError(.file, "/nowhere.png") { _ = try loadImage("/nowhere.png") }
        expectError(.file, "neither PNG nor JPEG") { _ = try loadImage(DataGolden.path("expected.json")) }
        expectError(.file, "is not a file") { _ = try loadImage(DataGolden.path("images")) }
        expectError(.argument, "'area'", "known are nearest, bilinear") {
            _ = try loadImage(photo, targetSize: (3, 3), interpolation: .area)
        }
        expectError(.argument, "0 × 3") { _ = try loadImage(photo, targetSize: (0, 3)) }
        expectError(.argument, "-1 × 3") { _ = try loadImage(photo, targetSize: (-1, 3)) }
        expectError(.argument, "pixels") { _ = try loadImage(photo, targetSize: (.max, .max)) }
        expectError(.argument, "no part of the proportions") {
            _ = try loadImage(photo, targetSize: (1, 100), keepAspectRatio: true)
        }
    }
}
