// Loads a model's file once, and prints how long it took and how much memory the process had at the most.
import Foundation
import Hornbill

let path = CommandLine.arguments[1]
let clock = ContinuousClock()
let start = clock.now
let model = try loadModel(path)
let passed = start.duration(to: clock.now).components
let seconds = Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }?.split(separator: " ")[1] ?? "0"
print("hornbill \(seconds) \((Int(peak) ?? 0) * 1024) \(try model.countParams())")
