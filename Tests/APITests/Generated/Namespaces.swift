// Written by Scripts/generate-api from the packages of all files. Do not edit.

/// What package `holdfast.test` declares.
enum TestMessages {}
