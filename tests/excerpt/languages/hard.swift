import Foundation

/// A shape { with a brace.
@objc public final class Shape: NSObject, Drawable where Item == Int {
    private lazy var closure: (Int) -> Int = { $0 + 1 }
    public init?(named name: String, at: (x: Int, y: Int) = (0, 0)) {
        guard let found = Store.find(name) else { return nil }
        super.init()
    }
    convenience init() { self.init(named: "}")! }
    deinit { close() }
    class func make() -> Shape { return Shape() }
    class var shared: Shape { return Shape() }
    @discardableResult
    func draw<T: Sequence>(in context: T, completion: @escaping (Result<T, Error>) -> Void) throws -> [String: T]
    where T.Element == Int {
        let text = #"raw " { "#
        items.map { item in item.name }.forEach { print($0) }
        return [:]
    }
    static func == (left: Shape, right: Shape) -> Bool { left === right }
}

protocol Drawable: AnyObject {
    associatedtype Item
    func draw(_ item: Item) -> Bool
    init(item: Item)
    var size: Int { get set }
}

extension Shape {
    enum Kind: String, CaseIterable {
        case round = "{", square
        func next() -> Kind {
            switch self {
            case .round: return .square
            default: return .round
            }
        }
    }
}

actor Counter {
    func add(_ n: Int) async -> Int { n }
}

struct Box<Value> {
    let text = """
        func not() { "quoted
        """
    func `default`() -> Value? { nil }
}
