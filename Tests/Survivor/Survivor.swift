import Foundation
import Hornbill

/// A program that is killed: the tests of saving and resuming start it, end it at a step or at any moment, and look at
/// what it leaves.
///
///     Survivor train KIND FOLDER [KILL-AT-STEP [SIGNAL]]
///     Survivor save FILE
///     Survivor fill FILE BYTES
@main
enum Survivor {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        // The threads of a test block signals, and what they start would.
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        do {
            switch arguments.first {
            case "train" where arguments.count >= 3:
                let step = arguments.count > 3 ? Int(arguments[3]) : nil
                let signal = arguments.count > 4 ? Int32(arguments[4]) ?? SIGKILL : SIGKILL
                guard let kind = TrainingKind(rawValue: arguments[1]) else { exit(64) }
                print(try Training(kind, in: arguments[2], stoppedAt: step, by: signal).run())
            case "save" where arguments.count == 2: try save(without: arguments[1])
            case "fill" where arguments.count == 3: try fill(arguments[1], Int(arguments[2]) ?? 0)
            default: exit(64)
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    /// A model of 160 kB, all of whose weights are one number.
    static func model(_ number: Double) throws -> Model {
        let model = Sequential([Input(shape: 100), Dense(400, name: "wide")])
        try model.setWeights(model.getWeights().map { ops.full($0.shape, number) })
        return model
    }

    /// Saves without end, each time another number, and prints the number when it is saved.
    private static func save(without path: String) throws {
        for number in 1... {
            try model(Double(number)).save(path)
            FileHandle.standardOutput.write(Data("\(number)\n".utf8))
        }
    }

    /// Saves where no file may be larger than so many bytes.
    private static func fill(_ path: String, _ bytes: Int) throws {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
        guard setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
        try model(2).save(path)
    }
}
