/// The version of every program of this package.
public let holdfastVersion = "0.1.0"
