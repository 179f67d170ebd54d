@_exported import HornbillEngine
