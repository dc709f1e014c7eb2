internal import Glibc
internal import Peers

exit(PeersProgram.main(Array(CommandLine.arguments.dropFirst())))
