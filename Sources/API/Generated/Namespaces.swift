// Written by Scripts/generate-api from the packages of all files. Do not edit.

/// What package `google.protobuf` declares.
public enum WellKnown {}

/// What package `google.rpc` declares.
public enum GoogleRPC {}

/// What package `grpc.health.v1` declares.
public enum GRPCHealth {}

/// What package `grpc.reflection.v1` declares.
public enum GRPCReflection {}

/// What package `grpc.reflection.v1alpha` declares.
public enum GRPCReflectionAlpha {}
