internal import Glibc

exit(SimulatorTool.main(Array(CommandLine.arguments.dropFirst())))
