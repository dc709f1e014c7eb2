internal import Bench
internal import Glibc

exit(BenchProgram.main(Array(CommandLine.arguments.dropFirst())))
