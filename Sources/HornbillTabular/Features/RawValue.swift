/// A field as the model takes it.
package enum RawValue {
    case missing
    case number(Float)
    case text(String)
    case numbers([Float])
}
