import Foundation
import HornbillEngine
import HornbillTestSupport
import Testing

@Suite struct TensorFunctionTests {
    private struct Parameters: Decodable { var call: [String], config: [String] }

    private static let keras = Result {
        let file = URL(filePath: referencePath("Golden/ops/operations.json"))
        return try JSONDecoder().decode([String: Parameters].self, from: Data(contentsOf: file))
    }

    @Test(arguments: TensorFunction.all.map { "\($0.module).\($0.name)" })
    func `is a class of Keras with its parameters`(_ name: String) throws {
        let function = try #require(TensorFunction.all.first { "\($0.module).\($0.name)" == name })
        let parameters = try #require(Self.keras.get()[name], "Keras has no such class")
        #expect(Array(function.parameters.prefix(function.callParameterCount)) == parameters.call)
        #expect(Array(function.parameters.dropFirst(function.callParameterCount)) == parameters.config)
        #expect(TensorFunction.named(function.name, module: function.module)?.parameters == function.parameters)
    }

    @Test func `each class stands once in the table`() {
        let names = TensorFunction.all.map { "\($0.module).\($0.name)" }
        #expect(Set(names).count == names.count)
        #expect(TensorFunction.named("Conv", module: "keras.src.nowhere") == nil)
    }
}
