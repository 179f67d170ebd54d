import Foundation

/// The terminal that the program prints to.
enum Terminal {
    /// Its columns: those that `COLUMNS` names, those that the terminal tells, or 80.
    static var width: Int {
        if let named = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init), named > 0 { return named }
        var size = winsize()
        guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
