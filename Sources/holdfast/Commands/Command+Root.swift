extension Command {
  /// Everything that the tool can do.
  package static let root = Command(
    name: "holdfast", summary: "Keeps, reserves and checks stock on Holdfast, and looks after its nodes.",
    details: """
      Quantities are typed and shown in whole units with as many decimals as the SKU's scale: 12.50 for a SKU of \
      scale 2. With --json they are whole numbers of the base unit, 1250, as in the API.
      """,
    flags: [
      .value(
        "address", "HOST:PORT[,...]",
        "The nodes to call, any of the cluster. Default: the variable HOLDFAST_ADDRESS, or 127.0.0.1:7400."),
      .value("tenant", "NAME", "Whose stock. Default: default."),
      .value("actor", "NAME", "Who asks, for the journal. Default: the variable USER, else the name of the user."),
      .value("timeout", "DURATION", "How long to wait for the whole command's answer, such as 5s. Default: 5s."),
      .toggle("json", "For scripts: answers as JSON, lists as one object a line, failures as JSON on standard error."),
    ],
    examples: [
      Example("holdfast location put BER1 --name 'Berlin, hall 1'", "A place for stock:"),
      Example("holdfast sku put TSHIRT-M-BLUE --name 'T-shirt, M, blue'", "Something to keep there:"),
      Example("holdfast stock receive TSHIRT-M-BLUE BER1 100 --reason PO-7781", "Stock arrives:"),
      Example("holdfast reserve TSHIRT-M-BLUE=2 --ttl 10m", "A buyer keeps two for ten minutes:"),
      Example("holdfast verify", "Prove that the ledger is sound:"),
      Example("holdfast cluster status", "See how the nodes are:"),
    ],
    commands: [
      sku, location, stock, reserve, hold, order, journal, watch, feed, importGroup, export, verify, status, health,
      cluster, recover,
    ])
}
