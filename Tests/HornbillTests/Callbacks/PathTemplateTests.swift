import Foundation
import Hornbill
import Testing

@Suite struct PathTemplateTests {
    private static let values: [(name: String, value: PathTemplate.Value)] = [
        ("epoch", .int(7)), ("val_loss", .double(0.123456789)), ("big", .double(1.5e20)), ("whole", .double(3)),
        ("minus", .double(-12.345)), ("not", .double(.nan)), ("inf", .double(.infinity)), ("hundred", .double(100)),
        ("tiny", .double(1e-5)), ("zero", .double(0)),
    ]

    /// What Python's `format` makes of them.
    private static let filled = [
        ("{epoch:02d}-{val_loss:.2f}.keras", "07-0.12.keras"), ("{epoch}", "7"), ("{val_loss}", "0.123456789"),
        ("{epoch:5d}|", "    7|"), ("{epoch:<5d}|", "7    |"), ("{epoch:^6d}|", "  7   |"),
        ("{epoch:*>6}|", "*****7|"), ("{epoch:+d}", "+7"), ("{epoch: d}", " 7"), ("{epoch:.3f}", "7.000"),
        ("{epoch:e}", "7.000000e+00"), ("{val_loss:e}", "1.234568e-01"), ("{val_loss:.3E}", "1.235E-01"),
        ("{val_loss:g}", "0.123457"), ("{val_loss:.2g}", "0.12"), ("{val_loss:010.4f}", "00000.1235"),
        ("{val_loss:%}", "12.345679%"), ("{val_loss:.1%}", "12.3%"), ("{val_loss:.3}", "0.123"),
        ("{val_loss:8}|", "0.123456789|"), ("{big}", "1.5e+20"), ("{big:.3}", "1.5e+20"), ("{whole}", "3.0"),
        ("{whole:.2}", "3.0"), ("{whole:.1}", "3e+00"), ("{hundred:.3}", "1e+02"), ("{hundred:.5}", "100.0"),
        ("{tiny:.2}", "1e-05"), ("{zero:.1}", "0e+00"), ("{zero:.3}", "0.0"), ("{minus:08.2f}", "-0012.35"),
        ("{minus:<10.1f}|", "-12.3     |"), ("{minus:+.1f}", "-12.3"), ("{not:.2f}", "nan"), ("{not}", "nan"),
        ("{inf:06.1f}", "000inf"), ("a{{b}}c{epoch}", "a{b}c7"), ("{minus:=10.2f}", "-    12.35"),
        ("{minus:x^12.2f}", "xxx-12.35xxx"), ("", ""), ("plain/é.keras", "plain/é.keras"),
    ]

    @Test(arguments: filled) func `fields are filled in as Python fills them in`(_ path: String, _ wanted: String)
        throws
    {
        #expect(try PathTemplate(path).filled(Self.values) == wanted)
    }

    @Test func `what is no template is refused`() {
        for (path, reason) in [
            ("{epoch:02d", "a { has no }"), ("epoch}", "a } has no {"), ("{}", "no name"), ("{:d}", "no name"),
            ("{epoch:zz}", "'zz'"), ("{epoch:.}", "'.'"), ("{epoch:1000000d}", "'1000000d'"), ("{epoch:.3d}", "'.3d'"),
        ] {
            expectError(.argument, reason) { _ = try PathTemplate(path) }
        }
        expectError(.unknownName, "{acc}", "epoch, val_loss") { _ = try PathTemplate("{acc}").filled(Self.values) }
        expectError(.argument, "{val_loss}", "whole number") {
            _ = try PathTemplate("{val_loss:d}").filled(Self.values)
        }
    }
}
