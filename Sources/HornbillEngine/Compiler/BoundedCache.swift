/// A dictionary that forgets what was not asked for in a while: entries are young or old, and when the young are many,
/// they become the old ones. At most twice `capacity` entries.
struct BoundedCache<Key: Hashable, Element> {
    let capacity: Int
    private var young: [Key: Element] = [:]
    private var old: [Key: Element] = [:]

    init(capacity: Int) { self.capacity = capacity }

    subscript(key: Key) -> Element? {
        mutating get {
            if let element = young[key] { return element }
            guard let element = old.removeValue(forKey: key) else { return nil }
            insert(element, for: key)
            return element
        }
    }

    mutating func insert(_ element: Element, for key: Key) {
        if young.count >= capacity {
            old = young
            young = [:]
        }
        young[key] = element
    }

    var count: Int { young.count + old.count }
}
