// Written by Scripts/generate-api from all files: google.protobuf.FileDescriptorProto without source information. Do not edit.

/// All files, each before those that import it.
let embeddedFiles: [EmbeddedFile] = [
  EmbeddedFile(
    name: "google/protobuf/duration.proto",
    dependencies: [],
    services: [],
    messages: ["google.protobuf.Duration"],
    symbols: [
      "google.protobuf.Duration",
      "google.protobuf.Duration.seconds",
      "google.protobuf.Duration.nanos",
    ],
    digits: """
      0a1e676f6f676c652f70726f746f6275662f6475726174696f6e2e70726f746f120f676f6f676c652e70726f746f627566223a0a\
      084475726174696f6e12180a077365636f6e647318012001280352077365636f6e647312140a056e616e6f731802200128055205\
      6e616e6f734283010a13636f6d2e676f6f676c652e70726f746f627566420d4475726174696f6e50726f746f50015a31676f6f67\
      6c652e676f6c616e672e6f72672f70726f746f6275662f74797065732f6b6e6f776e2f6475726174696f6e7062f80101a2020347\
      5042aa021e476f6f676c652e50726f746f6275662e57656c6c4b6e6f776e5479706573620670726f746f33
      """),
  EmbeddedFile(
    name: "google/rpc/error_details.proto",
    dependencies: ["google/protobuf/duration.proto"],
    services: [],
    messages: [
      "google.rpc.ErrorInfo", "google.rpc.RetryInfo", "google.rpc.BadRequest", "google.rpc.ErrorInfo.MetadataEntry",
      "google.rpc.BadRequest.FieldViolation",
    ],
    symbols: [
      "google.rpc.ErrorInfo",
      "google.rpc.ErrorInfo.reason",
      "google.rpc.ErrorInfo.domain",
      "google.rpc.ErrorInfo.metadata",
      "google.rpc.ErrorInfo.MetadataEntry",
      "google.rpc.ErrorInfo.MetadataEntry.key",
      "google.rpc.ErrorInfo.MetadataEntry.value",
      "google.rpc.RetryInfo",
      "google.rpc.RetryInfo.retry_delay",
      "google.rpc.BadRequest",
      "google.rpc.BadRequest.field_violations",
      "google.rpc.BadRequest.FieldViolation",
      "google.rpc.BadRequest.FieldViolation.field",
      "google.rpc.BadRequest.FieldViolation.description",
    ],
    digits: """
      0a1e676f6f676c652f7270632f6572726f725f64657461696c732e70726f746f120a676f6f676c652e7270631a1e676f6f676c65\
      2f70726f746f6275662f6475726174696f6e2e70726f746f22b9010a094572726f72496e666f12160a06726561736f6e18012001\
      28095206726561736f6e12160a06646f6d61696e1802200128095206646f6d61696e123f0a086d6574616461746118032003280b\
      32232e676f6f676c652e7270632e4572726f72496e666f2e4d65746164617461456e74727952086d657461646174611a3b0a0d4d\
      65746164617461456e74727912100a036b657918012001280952036b657912140a0576616c7565180220012809520576616c7565\
      3a02380122470a095265747279496e666f123a0a0b72657472795f64656c617918012001280b32192e676f6f676c652e70726f74\
      6f6275662e4475726174696f6e520a726574727944656c617922a8010a0a4261645265717565737412500a106669656c645f7669\
      6f6c6174696f6e7318012003280b32252e676f6f676c652e7270632e426164526571756573742e4669656c6456696f6c6174696f\
      6e520f6669656c6456696f6c6174696f6e731a480a0e4669656c6456696f6c6174696f6e12140a056669656c6418012001280952\
      056669656c6412200a0b6465736372697074696f6e180220012809520b6465736372697074696f6e620670726f746f33
      """),
  EmbeddedFile(
    name: "google/protobuf/any.proto",
    dependencies: [],
    services: [],
    messages: ["google.protobuf.Any"],
    symbols: [
      "google.protobuf.Any",
      "google.protobuf.Any.type_url",
      "google.protobuf.Any.value",
    ],
    digits: """
      0a19676f6f676c652f70726f746f6275662f616e792e70726f746f120f676f6f676c652e70726f746f62756622360a03416e7912\
      190a08747970655f75726c18012001280952077479706555726c12140a0576616c756518022001280c520576616c756542760a13\
      636f6d2e676f6f676c652e70726f746f6275664208416e7950726f746f50015a2c676f6f676c652e676f6c616e672e6f72672f70\
      726f746f6275662f74797065732f6b6e6f776e2f616e797062a20203475042aa021e476f6f676c652e50726f746f6275662e5765\
      6c6c4b6e6f776e5479706573620670726f746f33
      """),
  EmbeddedFile(
    name: "google/rpc/status.proto",
    dependencies: ["google/protobuf/any.proto"],
    services: [],
    messages: ["google.rpc.Status"],
    symbols: [
      "google.rpc.Status",
      "google.rpc.Status.code",
      "google.rpc.Status.message",
      "google.rpc.Status.details",
    ],
    digits: """
      0a17676f6f676c652f7270632f7374617475732e70726f746f120a676f6f676c652e7270631a19676f6f676c652f70726f746f62\
      75662f616e792e70726f746f22660a0653746174757312120a04636f64651801200128055204636f646512180a076d6573736167\
      6518022001280952076d657373616765122e0a0764657461696c7318032003280b32142e676f6f676c652e70726f746f6275662e\
      416e79520764657461696c73620670726f746f33
      """),
  EmbeddedFile(
    name: "grpc/health/v1/health.proto",
    dependencies: [],
    services: ["grpc.health.v1.Health"],
    messages: ["grpc.health.v1.HealthCheckRequest", "grpc.health.v1.HealthCheckResponse"],
    symbols: [
      "grpc.health.v1.HealthCheckRequest",
      "grpc.health.v1.HealthCheckRequest.service",
      "grpc.health.v1.HealthCheckResponse",
      "grpc.health.v1.HealthCheckResponse.status",
      "grpc.health.v1.HealthCheckResponse.ServingStatus",
      "grpc.health.v1.HealthCheckResponse.UNKNOWN",
      "grpc.health.v1.HealthCheckResponse.SERVING",
      "grpc.health.v1.HealthCheckResponse.NOT_SERVING",
      "grpc.health.v1.HealthCheckResponse.SERVICE_UNKNOWN",
      "grpc.health.v1.Health",
      "grpc.health.v1.Health.Check",
      "grpc.health.v1.Health.Watch",
    ],
    digits: """
      0a1b677270632f6865616c74682f76312f6865616c74682e70726f746f120e677270632e6865616c74682e7631222e0a12486561\
      6c7468436865636b5265717565737412180a077365727669636518012001280952077365727669636522b1010a134865616c7468\
      436865636b526573706f6e736512490a0673746174757318012001280e32312e677270632e6865616c74682e76312e4865616c74\
      68436865636b526573706f6e73652e53657276696e675374617475735206737461747573224f0a0d53657276696e675374617475\
      73120b0a07554e4b4e4f574e1000120b0a0753455256494e471001120f0a0b4e4f545f53455256494e47100212130a0f53455256\
      4943455f554e4b4e4f574e100332ae010a064865616c746812500a05436865636b12222e677270632e6865616c74682e76312e48\
      65616c7468436865636b526571756573741a232e677270632e6865616c74682e76312e4865616c7468436865636b526573706f6e\
      736512520a05576174636812222e677270632e6865616c74682e76312e4865616c7468436865636b526571756573741a232e6772\
      70632e6865616c74682e76312e4865616c7468436865636b526573706f6e73653001620670726f746f33
      """),
  EmbeddedFile(
    name: "grpc/reflection/v1/reflection.proto",
    dependencies: [],
    services: ["grpc.reflection.v1.ServerReflection"],
    messages: [
      "grpc.reflection.v1.ServerReflectionRequest", "grpc.reflection.v1.ExtensionRequest",
      "grpc.reflection.v1.ServerReflectionResponse", "grpc.reflection.v1.FileDescriptorResponse",
      "grpc.reflection.v1.ExtensionNumberResponse", "grpc.reflection.v1.ListServiceResponse",
      "grpc.reflection.v1.ServiceResponse", "grpc.reflection.v1.ErrorResponse",
    ],
    symbols: [
      "grpc.reflection.v1.ServerReflectionRequest",
      "grpc.reflection.v1.ServerReflectionRequest.host",
      "grpc.reflection.v1.ServerReflectionRequest.file_by_filename",
      "grpc.reflection.v1.ServerReflectionRequest.file_containing_symbol",
      "grpc.reflection.v1.ServerReflectionRequest.file_containing_extension",
      "grpc.reflection.v1.ServerReflectionRequest.all_extension_numbers_of_type",
      "grpc.reflection.v1.ServerReflectionRequest.list_services",
      "grpc.reflection.v1.ServerReflectionRequest.message_request",
      "grpc.reflection.v1.ExtensionRequest",
      "grpc.reflection.v1.ExtensionRequest.containing_type",
      "grpc.reflection.v1.ExtensionRequest.extension_number",
      "grpc.reflection.v1.ServerReflectionResponse",
      "grpc.reflection.v1.ServerReflectionResponse.valid_host",
      "grpc.reflection.v1.ServerReflectionResponse.original_request",
      "grpc.reflection.v1.ServerReflectionResponse.file_descriptor_response",
      "grpc.reflection.v1.ServerReflectionResponse.all_extension_numbers_response",
      "grpc.reflection.v1.ServerReflectionResponse.list_services_response",
      "grpc.reflection.v1.ServerReflectionResponse.error_response",
      "grpc.reflection.v1.ServerReflectionResponse.message_response",
      "grpc.reflection.v1.FileDescriptorResponse",
      "grpc.reflection.v1.FileDescriptorResponse.file_descriptor_proto",
      "grpc.reflection.v1.ExtensionNumberResponse",
      "grpc.reflection.v1.ExtensionNumberResponse.base_type_name",
      "grpc.reflection.v1.ExtensionNumberResponse.extension_number",
      "grpc.reflection.v1.ListServiceResponse",
      "grpc.reflection.v1.ListServiceResponse.service",
      "grpc.reflection.v1.ServiceResponse",
      "grpc.reflection.v1.ServiceResponse.name",
      "grpc.reflection.v1.ErrorResponse",
      "grpc.reflection.v1.ErrorResponse.error_code",
      "grpc.reflection.v1.ErrorResponse.error_message",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1.ServerReflection.ServerReflectionInfo",
    ],
    digits: """
      0a23677270632f7265666c656374696f6e2f76312f7265666c656374696f6e2e70726f746f1212677270632e7265666c65637469\
      6f6e2e763122f3020a175365727665725265666c656374696f6e5265717565737412120a04686f73741801200128095204686f73\
      74122a0a1066696c655f62795f66696c656e616d651803200128094800520e66696c65427946696c656e616d6512360a1666696c\
      655f636f6e7461696e696e675f73796d626f6c1804200128094800521466696c65436f6e7461696e696e6753796d626f6c12620a\
      1966696c655f636f6e7461696e696e675f657874656e73696f6e18052001280b32242e677270632e7265666c656374696f6e2e76\
      312e457874656e73696f6e526571756573744800521766696c65436f6e7461696e696e67457874656e73696f6e12420a1d616c6c\
      5f657874656e73696f6e5f6e756d626572735f6f665f7479706518062001280948005219616c6c457874656e73696f6e4e756d62\
      6572734f665479706512250a0d6c6973745f73657276696365731807200128094800520c6c697374536572766963657342110a0f\
      6d6573736167655f7265717565737422660a10457874656e73696f6e5265717565737412270a0f636f6e7461696e696e675f7479\
      7065180120012809520e636f6e7461696e696e675479706512290a10657874656e73696f6e5f6e756d626572180220012805520f\
      657874656e73696f6e4e756d62657222ae040a185365727665725265666c656374696f6e526573706f6e7365121d0a0a76616c69\
      645f686f7374180120012809520976616c6964486f737412560a106f726967696e616c5f7265717565737418022001280b322b2e\
      677270632e7265666c656374696f6e2e76312e5365727665725265666c656374696f6e52657175657374520f6f726967696e616c\
      5265717565737412660a1866696c655f64657363726970746f725f726573706f6e736518042001280b322a2e677270632e726566\
      6c656374696f6e2e76312e46696c6544657363726970746f72526573706f6e73654800521666696c6544657363726970746f7252\
      6573706f6e736512720a1e616c6c5f657874656e73696f6e5f6e756d626572735f726573706f6e736518052001280b322b2e6772\
      70632e7265666c656374696f6e2e76312e457874656e73696f6e4e756d626572526573706f6e73654800521b616c6c457874656e\
      73696f6e4e756d62657273526573706f6e7365125f0a166c6973745f73657276696365735f726573706f6e736518062001280b32\
      272e677270632e7265666c656374696f6e2e76312e4c69737453657276696365526573706f6e7365480052146c69737453657276\
      69636573526573706f6e7365124a0a0e6572726f725f726573706f6e736518072001280b32212e677270632e7265666c65637469\
      6f6e2e76312e4572726f72526573706f6e73654800520d6572726f72526573706f6e736542120a106d6573736167655f72657370\
      6f6e7365224c0a1646696c6544657363726970746f72526573706f6e736512320a1566696c655f64657363726970746f725f7072\
      6f746f18012003280c521366696c6544657363726970746f7250726f746f226a0a17457874656e73696f6e4e756d626572526573\
      706f6e736512240a0e626173655f747970655f6e616d65180120012809520c62617365547970654e616d6512290a10657874656e\
      73696f6e5f6e756d626572180220032805520f657874656e73696f6e4e756d62657222540a134c69737453657276696365526573\
      706f6e7365123d0a077365727669636518012003280b32232e677270632e7265666c656374696f6e2e76312e5365727669636552\
      6573706f6e736552077365727669636522250a0f53657276696365526573706f6e736512120a046e616d6518012001280952046e\
      616d6522530a0d4572726f72526573706f6e7365121d0a0a6572726f725f636f646518012001280552096572726f72436f646512\
      230a0d6572726f725f6d657373616765180220012809520c6572726f724d6573736167653289010a105365727665725265666c65\
      6374696f6e12750a145365727665725265666c656374696f6e496e666f122b2e677270632e7265666c656374696f6e2e76312e53\
      65727665725265666c656374696f6e526571756573741a2c2e677270632e7265666c656374696f6e2e76312e5365727665725265\
      666c656374696f6e526573706f6e736528013001620670726f746f33
      """),
  EmbeddedFile(
    name: "grpc/reflection/v1alpha/reflection.proto",
    dependencies: [],
    services: ["grpc.reflection.v1alpha.ServerReflection"],
    messages: [
      "grpc.reflection.v1alpha.ServerReflectionRequest", "grpc.reflection.v1alpha.ExtensionRequest",
      "grpc.reflection.v1alpha.ServerReflectionResponse", "grpc.reflection.v1alpha.FileDescriptorResponse",
      "grpc.reflection.v1alpha.ExtensionNumberResponse", "grpc.reflection.v1alpha.ListServiceResponse",
      "grpc.reflection.v1alpha.ServiceResponse", "grpc.reflection.v1alpha.ErrorResponse",
    ],
    symbols: [
      "grpc.reflection.v1alpha.ServerReflectionRequest",
      "grpc.reflection.v1alpha.ServerReflectionRequest.host",
      "grpc.reflection.v1alpha.ServerReflectionRequest.file_by_filename",
      "grpc.reflection.v1alpha.ServerReflectionRequest.file_containing_symbol",
      "grpc.reflection.v1alpha.ServerReflectionRequest.file_containing_extension",
      "grpc.reflection.v1alpha.ServerReflectionRequest.all_extension_numbers_of_type",
      "grpc.reflection.v1alpha.ServerReflectionRequest.list_services",
      "grpc.reflection.v1alpha.ServerReflectionRequest.message_request",
      "grpc.reflection.v1alpha.ExtensionRequest",
      "grpc.reflection.v1alpha.ExtensionRequest.containing_type",
      "grpc.reflection.v1alpha.ExtensionRequest.extension_number",
      "grpc.reflection.v1alpha.ServerReflectionResponse",
      "grpc.reflection.v1alpha.ServerReflectionResponse.valid_host",
      "grpc.reflection.v1alpha.ServerReflectionResponse.original_request",
      "grpc.reflection.v1alpha.ServerReflectionResponse.file_descriptor_response",
      "grpc.reflection.v1alpha.ServerReflectionResponse.all_extension_numbers_response",
      "grpc.reflection.v1alpha.ServerReflectionResponse.list_services_response",
      "grpc.reflection.v1alpha.ServerReflectionResponse.error_response",
      "grpc.reflection.v1alpha.ServerReflectionResponse.message_response",
      "grpc.reflection.v1alpha.FileDescriptorResponse",
      "grpc.reflection.v1alpha.FileDescriptorResponse.file_descriptor_proto",
      "grpc.reflection.v1alpha.ExtensionNumberResponse",
      "grpc.reflection.v1alpha.ExtensionNumberResponse.base_type_name",
      "grpc.reflection.v1alpha.ExtensionNumberResponse.extension_number",
      "grpc.reflection.v1alpha.ListServiceResponse",
      "grpc.reflection.v1alpha.ListServiceResponse.service",
      "grpc.reflection.v1alpha.ServiceResponse",
      "grpc.reflection.v1alpha.ServiceResponse.name",
      "grpc.reflection.v1alpha.ErrorResponse",
      "grpc.reflection.v1alpha.ErrorResponse.error_code",
      "grpc.reflection.v1alpha.ErrorResponse.error_message",
      "grpc.reflection.v1alpha.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection.ServerReflectionInfo",
    ],
    digits: """
      0a28677270632f7265666c656374696f6e2f7631616c7068612f7265666c656374696f6e2e70726f746f1217677270632e726566\
      6c656374696f6e2e7631616c70686122f8020a175365727665725265666c656374696f6e5265717565737412120a04686f737418\
      01200128095204686f7374122a0a1066696c655f62795f66696c656e616d651803200128094800520e66696c65427946696c656e\
      616d6512360a1666696c655f636f6e7461696e696e675f73796d626f6c1804200128094800521466696c65436f6e7461696e696e\
      6753796d626f6c12670a1966696c655f636f6e7461696e696e675f657874656e73696f6e18052001280b32292e677270632e7265\
      666c656374696f6e2e7631616c7068612e457874656e73696f6e526571756573744800521766696c65436f6e7461696e696e6745\
      7874656e73696f6e12420a1d616c6c5f657874656e73696f6e5f6e756d626572735f6f665f747970651806200128094800521961\
      6c6c457874656e73696f6e4e756d626572734f665479706512250a0d6c6973745f73657276696365731807200128094800520c6c\
      697374536572766963657342110a0f6d6573736167655f7265717565737422660a10457874656e73696f6e526571756573741227\
      0a0f636f6e7461696e696e675f74797065180120012809520e636f6e7461696e696e675479706512290a10657874656e73696f6e\
      5f6e756d626572180220012805520f657874656e73696f6e4e756d62657222c7040a185365727665725265666c656374696f6e52\
      6573706f6e7365121d0a0a76616c69645f686f7374180120012809520976616c6964486f7374125b0a106f726967696e616c5f72\
      65717565737418022001280b32302e677270632e7265666c656374696f6e2e7631616c7068612e5365727665725265666c656374\
      696f6e52657175657374520f6f726967696e616c52657175657374126b0a1866696c655f64657363726970746f725f726573706f\
      6e736518042001280b322f2e677270632e7265666c656374696f6e2e7631616c7068612e46696c6544657363726970746f725265\
      73706f6e73654800521666696c6544657363726970746f72526573706f6e736512770a1e616c6c5f657874656e73696f6e5f6e75\
      6d626572735f726573706f6e736518052001280b32302e677270632e7265666c656374696f6e2e7631616c7068612e457874656e\
      73696f6e4e756d626572526573706f6e73654800521b616c6c457874656e73696f6e4e756d62657273526573706f6e736512640a\
      166c6973745f73657276696365735f726573706f6e736518062001280b322c2e677270632e7265666c656374696f6e2e7631616c\
      7068612e4c69737453657276696365526573706f6e7365480052146c6973745365727669636573526573706f6e7365124f0a0e65\
      72726f725f726573706f6e736518072001280b32262e677270632e7265666c656374696f6e2e7631616c7068612e4572726f7252\
      6573706f6e73654800520d6572726f72526573706f6e736542120a106d6573736167655f726573706f6e7365224c0a1646696c65\
      44657363726970746f72526573706f6e736512320a1566696c655f64657363726970746f725f70726f746f18012003280c521366\
      696c6544657363726970746f7250726f746f226a0a17457874656e73696f6e4e756d626572526573706f6e736512240a0e626173\
      655f747970655f6e616d65180120012809520c62617365547970654e616d6512290a10657874656e73696f6e5f6e756d62657218\
      0220032805520f657874656e73696f6e4e756d62657222590a134c69737453657276696365526573706f6e736512420a07736572\
      7669636518012003280b32282e677270632e7265666c656374696f6e2e7631616c7068612e53657276696365526573706f6e7365\
      52077365727669636522250a0f53657276696365526573706f6e736512120a046e616d6518012001280952046e616d6522530a0d\
      4572726f72526573706f6e7365121d0a0a6572726f725f636f646518012001280552096572726f72436f646512230a0d6572726f\
      725f6d657373616765180220012809520c6572726f724d6573736167653293010a105365727665725265666c656374696f6e127f\
      0a145365727665725265666c656374696f6e496e666f12302e677270632e7265666c656374696f6e2e7631616c7068612e536572\
      7665725265666c656374696f6e526571756573741a312e677270632e7265666c656374696f6e2e7631616c7068612e5365727665\
      725265666c656374696f6e526573706f6e736528013001620670726f746f33
      """),
  EmbeddedFile(
    name: "google/protobuf/timestamp.proto",
    dependencies: [],
    services: [],
    messages: ["google.protobuf.Timestamp"],
    symbols: [
      "google.protobuf.Timestamp",
      "google.protobuf.Timestamp.seconds",
      "google.protobuf.Timestamp.nanos",
    ],
    digits: """
      0a1f676f6f676c652f70726f746f6275662f74696d657374616d702e70726f746f120f676f6f676c652e70726f746f627566223b\
      0a0954696d657374616d7012180a077365636f6e647318012001280352077365636f6e647312140a056e616e6f73180220012805\
      52056e616e6f734285010a13636f6d2e676f6f676c652e70726f746f627566420e54696d657374616d7050726f746f50015a3267\
      6f6f676c652e676f6c616e672e6f72672f70726f746f6275662f74797065732f6b6e6f776e2f74696d657374616d707062f80101\
      a20203475042aa021e476f6f676c652e50726f746f6275662e57656c6c4b6e6f776e5479706573620670726f746f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/common.proto",
    dependencies: ["google/protobuf/duration.proto"],
    services: [],
    messages: ["holdfast.v1.ReadConsistency", "holdfast.v1.CallError", "holdfast.v1.CallError.MetadataEntry"],
    symbols: [
      "holdfast.v1.ReadConsistency",
      "holdfast.v1.ReadConsistency.staleness_max",
      "holdfast.v1.ReadConsistency.revision_min",
      "holdfast.v1.ReadConsistency.level",
      "holdfast.v1.CallError",
      "holdfast.v1.CallError.code",
      "holdfast.v1.CallError.message",
      "holdfast.v1.CallError.reason",
      "holdfast.v1.CallError.metadata",
      "holdfast.v1.CallError.retry_delay",
      "holdfast.v1.CallError.MetadataEntry",
      "holdfast.v1.CallError.MetadataEntry.key",
      "holdfast.v1.CallError.MetadataEntry.value",
      "holdfast.v1.Account",
      "holdfast.v1.ACCOUNT_UNSPECIFIED",
      "holdfast.v1.ACCOUNT_AVAILABLE",
      "holdfast.v1.ACCOUNT_HELD",
      "holdfast.v1.ACCOUNT_ALLOCATED",
      "holdfast.v1.ACCOUNT_SAFETY",
      "holdfast.v1.ACCOUNT_QUALITY_CONTROL",
      "holdfast.v1.ACCOUNT_DAMAGED",
      "holdfast.v1.ACCOUNT_SUPPLIER",
      "holdfast.v1.ACCOUNT_CUSTOMER",
      "holdfast.v1.ACCOUNT_ADJUSTMENT",
      "holdfast.v1.ACCOUNT_IN_TRANSIT",
      "holdfast.v1.ACCOUNT_SHORTFALL",
    ],
    digits: """
      0a18686f6c64666173742f76312f636f6d6d6f6e2e70726f746f120b686f6c64666173742e76311a1e676f6f676c652f70726f74\
      6f6275662f6475726174696f6e2e70726f746f2281010a0f52656164436f6e73697374656e637912400a0d7374616c656e657373\
      5f6d617818012001280b32192e676f6f676c652e70726f746f6275662e4475726174696f6e4800520c7374616c656e6573734d61\
      7812230a0c7265766973696f6e5f6d696e1802200128034800520b7265766973696f6e4d696e42070a056c6576656c228c020a09\
      43616c6c4572726f7212120a04636f64651801200128055204636f646512180a076d65737361676518022001280952076d657373\
      61676512160a06726561736f6e1803200128095206726561736f6e12400a086d6574616461746118042003280b32242e686f6c64\
      666173742e76312e43616c6c4572726f722e4d65746164617461456e74727952086d65746164617461123a0a0b72657472795f64\
      656c617918052001280b32192e676f6f676c652e70726f746f6275662e4475726174696f6e520a726574727944656c61791a3b0a\
      0d4d65746164617461456e74727912100a036b657918012001280952036b657912140a0576616c7565180220012809520576616c\
      75653a0238012a9b020a074163636f756e7412170a134143434f554e545f554e535045434946494544100012150a114143434f55\
      4e545f415641494c41424c45100112100a0c4143434f554e545f48454c44100212150a114143434f554e545f414c4c4f43415445\
      44100312120a0e4143434f554e545f5341464554591004121b0a174143434f554e545f5155414c4954595f434f4e54524f4c1005\
      12130a0f4143434f554e545f44414d41474544100612140a104143434f554e545f535550504c494552101012140a104143434f55\
      4e545f435553544f4d4552101112160a124143434f554e545f41444a5553544d454e54101212160a124143434f554e545f494e5f\
      5452414e534954101312150a114143434f554e545f53484f525446414c4c1014620670726f746f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/audit_service.proto",
    dependencies: ["google/protobuf/timestamp.proto", "holdfast/v1/common.proto"],
    services: ["holdfast.v1.AuditService"],
    messages: [
      "holdfast.v1.Cause", "holdfast.v1.JournalRecord", "holdfast.v1.ListJournalRequest",
      "holdfast.v1.ListJournalResponse", "holdfast.v1.VerifyLedgerRequest", "holdfast.v1.VerifyLedgerResponse",
      "holdfast.v1.LedgerFinding",
    ],
    symbols: [
      "holdfast.v1.Cause",
      "holdfast.v1.Cause.kind",
      "holdfast.v1.Cause.id",
      "holdfast.v1.JournalRecord",
      "holdfast.v1.JournalRecord.sequence",
      "holdfast.v1.JournalRecord.time",
      "holdfast.v1.JournalRecord.sku",
      "holdfast.v1.JournalRecord.location",
      "holdfast.v1.JournalRecord.from_account",
      "holdfast.v1.JournalRecord.to_account",
      "holdfast.v1.JournalRecord.quantity",
      "holdfast.v1.JournalRecord.from_balance",
      "holdfast.v1.JournalRecord.to_balance",
      "holdfast.v1.JournalRecord.cause",
      "holdfast.v1.JournalRecord.actor",
      "holdfast.v1.JournalRecord.reason",
      "holdfast.v1.JournalRecord.request_id",
      "holdfast.v1.ListJournalRequest",
      "holdfast.v1.ListJournalRequest.tenant",
      "holdfast.v1.ListJournalRequest.consistency",
      "holdfast.v1.ListJournalRequest.page_size",
      "holdfast.v1.ListJournalRequest.page_token",
      "holdfast.v1.ListJournalRequest.sku",
      "holdfast.v1.ListJournalRequest.location",
      "holdfast.v1.ListJournalRequest.sequence_from",
      "holdfast.v1.ListJournalRequest._sequence_from",
      "holdfast.v1.ListJournalResponse",
      "holdfast.v1.ListJournalResponse.revision",
      "holdfast.v1.ListJournalResponse.records",
      "holdfast.v1.ListJournalResponse.next_page_token",
      "holdfast.v1.VerifyLedgerRequest",
      "holdfast.v1.VerifyLedgerRequest.shards",
      "holdfast.v1.VerifyLedgerResponse",
      "holdfast.v1.VerifyLedgerResponse.shard",
      "holdfast.v1.VerifyLedgerResponse.shard_count",
      "holdfast.v1.VerifyLedgerResponse.ok",
      "holdfast.v1.VerifyLedgerResponse.findings",
      "holdfast.v1.VerifyLedgerResponse.finding_count",
      "holdfast.v1.VerifyLedgerResponse.revision",
      "holdfast.v1.VerifyLedgerResponse.as_of_time",
      "holdfast.v1.VerifyLedgerResponse.balances_checked",
      "holdfast.v1.VerifyLedgerResponse.holds_checked",
      "holdfast.v1.VerifyLedgerResponse.orders_checked",
      "holdfast.v1.VerifyLedgerResponse.records_checked",
      "holdfast.v1.LedgerFinding",
      "holdfast.v1.LedgerFinding.text",
      "holdfast.v1.LedgerFinding.sku",
      "holdfast.v1.LedgerFinding.location",
      "holdfast.v1.CauseKind",
      "holdfast.v1.CAUSE_KIND_UNSPECIFIED",
      "holdfast.v1.CAUSE_KIND_HOLD",
      "holdfast.v1.CAUSE_KIND_RELEASE",
      "holdfast.v1.CAUSE_KIND_EXPIRY",
      "holdfast.v1.CAUSE_KIND_CONFIRMATION",
      "holdfast.v1.CAUSE_KIND_RECEIPT",
      "holdfast.v1.CAUSE_KIND_ADJUSTMENT",
      "holdfast.v1.CAUSE_KIND_MOVE",
      "holdfast.v1.AuditService",
      "holdfast.v1.AuditService.ListJournal",
      "holdfast.v1.AuditService.VerifyLedger",
    ],
    digits: """
      0a1f686f6c64666173742f76312f61756469745f736572766963652e70726f746f120b686f6c64666173742e76311a1f676f6f67\
      6c652f70726f746f6275662f74696d657374616d702e70726f746f1a18686f6c64666173742f76312f636f6d6d6f6e2e70726f74\
      6f22430a054361757365122a0a046b696e6418012001280e32162e686f6c64666173742e76312e43617573654b696e6452046b69\
      6e64120e0a0269641802200128095202696422cc030a0d4a6f75726e616c5265636f7264121a0a0873657175656e636518012001\
      2803520873657175656e6365122e0a0474696d6518022001280b321a2e676f6f676c652e70726f746f6275662e54696d65737461\
      6d70520474696d6512100a03736b751803200128095203736b75121a0a086c6f636174696f6e18042001280952086c6f63617469\
      6f6e12370a0c66726f6d5f6163636f756e7418052001280e32142e686f6c64666173742e76312e4163636f756e74520b66726f6d\
      4163636f756e7412330a0a746f5f6163636f756e7418062001280e32142e686f6c64666173742e76312e4163636f756e74520974\
      6f4163636f756e74121a0a087175616e7469747918072001280352087175616e7469747912210a0c66726f6d5f62616c616e6365\
      180820012803520b66726f6d42616c616e6365121d0a0a746f5f62616c616e63651809200128035209746f42616c616e63651228\
      0a056361757365180a2001280b32122e686f6c64666173742e76312e43617573655205636175736512140a056163746f72180b20\
      01280952056163746f7212160a06726561736f6e180c200128095206726561736f6e121d0a0a726571756573745f6964180d2001\
      280952097265717565737449642292020a124c6973744a6f75726e616c5265717565737412160a0674656e616e74180120012809\
      520674656e616e74123e0a0b636f6e73697374656e637918022001280b321c2e686f6c64666173742e76312e52656164436f6e73\
      697374656e6379520b636f6e73697374656e6379121b0a09706167655f73697a6518032001280552087061676553697a65121d0a\
      0a706167655f746f6b656e180420012809520970616765546f6b656e12100a03736b751805200128095203736b75121a0a086c6f\
      636174696f6e18062001280952086c6f636174696f6e12280a0d73657175656e63655f66726f6d1807200128034800520c736571\
      75656e636546726f6d88010142100a0e5f73657175656e63655f66726f6d228f010a134c6973744a6f75726e616c526573706f6e\
      7365121a0a087265766973696f6e18012001280352087265766973696f6e12340a077265636f72647318032003280b321a2e686f\
      6c64666173742e76312e4a6f75726e616c5265636f726452077265636f72647312260a0f6e6578745f706167655f746f6b656e18\
      0420012809520d6e65787450616765546f6b656e222d0a135665726966794c65646765725265717565737412160a067368617264\
      7318012003280d520673686172647322b0030a145665726966794c6564676572526573706f6e736512140a057368617264180120\
      01280d52057368617264121f0a0b73686172645f636f756e7418022001280d520a7368617264436f756e74120e0a026f6b180320\
      01280852026f6b12360a0866696e64696e677318042003280b321a2e686f6c64666173742e76312e4c656467657246696e64696e\
      67520866696e64696e677312230a0d66696e64696e675f636f756e74180520012803520c66696e64696e67436f756e74121a0a08\
      7265766973696f6e18062001280352087265766973696f6e12380a0a61735f6f665f74696d6518072001280b321a2e676f6f676c\
      652e70726f746f6275662e54696d657374616d70520861734f6654696d6512290a1062616c616e6365735f636865636b65641808\
      20012803520f62616c616e636573436865636b656412230a0d686f6c64735f636865636b6564180920012803520c686f6c647343\
      6865636b656412250a0e6f72646572735f636865636b6564180a20012803520d6f7264657273436865636b656412270a0f726563\
      6f7264735f636865636b6564180b20012803520e7265636f726473436865636b656422510a0d4c656467657246696e64696e6712\
      120a047465787418012001280952047465787412100a03736b751802200128095203736b75121a0a086c6f636174696f6e180320\
      01280952086c6f636174696f6e2ad0010a0943617573654b696e64121a0a1643415553455f4b494e445f554e5350454349464945\
      44100012130a0f43415553455f4b494e445f484f4c44100112160a1243415553455f4b494e445f52454c45415345100212150a11\
      43415553455f4b494e445f4558504952591003121b0a1743415553455f4b494e445f434f4e4649524d4154494f4e100412160a12\
      43415553455f4b494e445f52454345495054100512190a1543415553455f4b494e445f41444a5553544d454e54100612130a0f43\
      415553455f4b494e445f4d4f5645100732b7010a0c41756469745365727669636512500a0b4c6973744a6f75726e616c121f2e68\
      6f6c64666173742e76312e4c6973744a6f75726e616c526571756573741a202e686f6c64666173742e76312e4c6973744a6f7572\
      6e616c526573706f6e736512550a0c5665726966794c656467657212202e686f6c64666173742e76312e5665726966794c656467\
      6572526571756573741a212e686f6c64666173742e76312e5665726966794c6564676572526573706f6e73653001620670726f74\
      6f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/catalog_service.proto",
    dependencies: ["google/protobuf/timestamp.proto", "holdfast/v1/common.proto"],
    services: ["holdfast.v1.CatalogService"],
    messages: [
      "holdfast.v1.Sku", "holdfast.v1.Location", "holdfast.v1.PutSkuRequest", "holdfast.v1.PutSkuResponse",
      "holdfast.v1.PutSkusRequest", "holdfast.v1.PutSkusResult", "holdfast.v1.PutSkusResponse",
      "holdfast.v1.GetSkuRequest", "holdfast.v1.GetSkuResponse", "holdfast.v1.ListSkusRequest",
      "holdfast.v1.ListSkusResponse", "holdfast.v1.PutLocationRequest", "holdfast.v1.PutLocationResponse",
      "holdfast.v1.GetLocationRequest", "holdfast.v1.GetLocationResponse", "holdfast.v1.ListLocationsRequest",
      "holdfast.v1.ListLocationsResponse", "holdfast.v1.Sku.AttributesEntry",
    ],
    symbols: [
      "holdfast.v1.Sku",
      "holdfast.v1.Sku.tenant",
      "holdfast.v1.Sku.sku",
      "holdfast.v1.Sku.name",
      "holdfast.v1.Sku.quantity_scale",
      "holdfast.v1.Sku.attributes",
      "holdfast.v1.Sku.revision",
      "holdfast.v1.Sku.create_time",
      "holdfast.v1.Sku.AttributesEntry",
      "holdfast.v1.Sku.AttributesEntry.key",
      "holdfast.v1.Sku.AttributesEntry.value",
      "holdfast.v1.Location",
      "holdfast.v1.Location.tenant",
      "holdfast.v1.Location.location",
      "holdfast.v1.Location.name",
      "holdfast.v1.Location.zone",
      "holdfast.v1.Location.priority",
      "holdfast.v1.Location.state",
      "holdfast.v1.Location.revision",
      "holdfast.v1.PutSkuRequest",
      "holdfast.v1.PutSkuRequest.tenant",
      "holdfast.v1.PutSkuRequest.request_id",
      "holdfast.v1.PutSkuRequest.actor",
      "holdfast.v1.PutSkuRequest.reason",
      "holdfast.v1.PutSkuRequest.sku",
      "holdfast.v1.PutSkuRequest.expected_revision",
      "holdfast.v1.PutSkuResponse",
      "holdfast.v1.PutSkuResponse.revision",
      "holdfast.v1.PutSkuResponse.replayed",
      "holdfast.v1.PutSkuResponse.sku",
      "holdfast.v1.PutSkusRequest",
      "holdfast.v1.PutSkusRequest.tenant",
      "holdfast.v1.PutSkusRequest.request_id",
      "holdfast.v1.PutSkusRequest.actor",
      "holdfast.v1.PutSkusRequest.reason",
      "holdfast.v1.PutSkusRequest.skus",
      "holdfast.v1.PutSkusResult",
      "holdfast.v1.PutSkusResult.sku",
      "holdfast.v1.PutSkusResult.error",
      "holdfast.v1.PutSkusResult.outcome",
      "holdfast.v1.PutSkusResponse",
      "holdfast.v1.PutSkusResponse.results",
      "holdfast.v1.GetSkuRequest",
      "holdfast.v1.GetSkuRequest.tenant",
      "holdfast.v1.GetSkuRequest.consistency",
      "holdfast.v1.GetSkuRequest.sku",
      "holdfast.v1.GetSkuResponse",
      "holdfast.v1.GetSkuResponse.revision",
      "holdfast.v1.GetSkuResponse.sku",
      "holdfast.v1.ListSkusRequest",
      "holdfast.v1.ListSkusRequest.tenant",
      "holdfast.v1.ListSkusRequest.consistency",
      "holdfast.v1.ListSkusRequest.page_size",
      "holdfast.v1.ListSkusRequest.page_token",
      "holdfast.v1.ListSkusResponse",
      "holdfast.v1.ListSkusResponse.skus",
      "holdfast.v1.ListSkusResponse.next_page_token",
      "holdfast.v1.PutLocationRequest",
      "holdfast.v1.PutLocationRequest.tenant",
      "holdfast.v1.PutLocationRequest.request_id",
      "holdfast.v1.PutLocationRequest.actor",
      "holdfast.v1.PutLocationRequest.reason",
      "holdfast.v1.PutLocationRequest.location",
      "holdfast.v1.PutLocationResponse",
      "holdfast.v1.PutLocationResponse.revision",
      "holdfast.v1.PutLocationResponse.replayed",
      "holdfast.v1.PutLocationResponse.location",
      "holdfast.v1.GetLocationRequest",
      "holdfast.v1.GetLocationRequest.tenant",
      "holdfast.v1.GetLocationRequest.consistency",
      "holdfast.v1.GetLocationRequest.location",
      "holdfast.v1.GetLocationResponse",
      "holdfast.v1.GetLocationResponse.revision",
      "holdfast.v1.GetLocationResponse.location",
      "holdfast.v1.ListLocationsRequest",
      "holdfast.v1.ListLocationsRequest.tenant",
      "holdfast.v1.ListLocationsRequest.consistency",
      "holdfast.v1.ListLocationsRequest.page_size",
      "holdfast.v1.ListLocationsRequest.page_token",
      "holdfast.v1.ListLocationsResponse",
      "holdfast.v1.ListLocationsResponse.locations",
      "holdfast.v1.ListLocationsResponse.next_page_token",
      "holdfast.v1.LocationState",
      "holdfast.v1.LOCATION_STATE_UNSPECIFIED",
      "holdfast.v1.LOCATION_STATE_ACTIVE",
      "holdfast.v1.LOCATION_STATE_DRAINING",
      "holdfast.v1.LOCATION_STATE_CLOSED",
      "holdfast.v1.CatalogService",
      "holdfast.v1.CatalogService.PutSku",
      "holdfast.v1.CatalogService.PutSkus",
      "holdfast.v1.CatalogService.GetSku",
      "holdfast.v1.CatalogService.ListSkus",
      "holdfast.v1.CatalogService.PutLocation",
      "holdfast.v1.CatalogService.GetLocation",
      "holdfast.v1.CatalogService.ListLocations",
    ],
    digits: """
      0a21686f6c64666173742f76312f636174616c6f675f736572766963652e70726f746f120b686f6c64666173742e76311a1f676f\
      6f676c652f70726f746f6275662f74696d657374616d702e70726f746f1a18686f6c64666173742f76312f636f6d6d6f6e2e7072\
      6f746f22c4020a03536b7512160a0674656e616e74180120012809520674656e616e7412100a03736b751802200128095203736b\
      7512120a046e616d6518032001280952046e616d6512250a0e7175616e746974795f7363616c65180420012805520d7175616e74\
      6974795363616c6512400a0a6174747269627574657318052003280b32202e686f6c64666173742e76312e536b752e4174747269\
      6275746573456e747279520a61747472696275746573121a0a087265766973696f6e18062001280352087265766973696f6e123b\
      0a0b6372656174655f74696d6518072001280b321a2e676f6f676c652e70726f746f6275662e54696d657374616d70520a637265\
      61746554696d651a3d0a0f41747472696275746573456e74727912100a036b657918012001280952036b657912140a0576616c75\
      65180220012809520576616c75653a02380122d0010a084c6f636174696f6e12160a0674656e616e74180120012809520674656e\
      616e74121a0a086c6f636174696f6e18022001280952086c6f636174696f6e12120a046e616d6518032001280952046e616d6512\
      120a047a6f6e6518042001280952047a6f6e65121a0a087072696f7269747918052001280552087072696f7269747912300a0573\
      7461746518062001280e321a2e686f6c64666173742e76312e4c6f636174696f6e537461746552057374617465121a0a08726576\
      6973696f6e18072001280352087265766973696f6e22c5010a0d507574536b755265717565737412160a0674656e616e74180120\
      012809520674656e616e74121d0a0a726571756573745f6964180220012809520972657175657374496412140a056163746f7218\
      032001280952056163746f7212160a06726561736f6e1804200128095206726561736f6e12220a03736b7518052001280b32102e\
      686f6c64666173742e76312e536b755203736b75122b0a1165787065637465645f7265766973696f6e1806200128035210657870\
      65637465645265766973696f6e226c0a0e507574536b75526573706f6e7365121a0a087265766973696f6e180120012803520872\
      65766973696f6e121a0a087265706c6179656418022001280852087265706c6179656412220a03736b7518032001280b32102e68\
      6f6c64666173742e76312e536b755203736b75229b010a0e507574536b75735265717565737412160a0674656e616e7418012001\
      2809520674656e616e74121d0a0a726571756573745f6964180220012809520972657175657374496412140a056163746f721803\
      2001280952056163746f7212160a06726561736f6e1804200128095206726561736f6e12240a04736b757318052003280b32102e\
      686f6c64666173742e76312e536b755204736b757322700a0d507574536b7573526573756c7412240a03736b7518012001280b32\
      102e686f6c64666173742e76312e536b7548005203736b75122e0a056572726f7218022001280b32162e686f6c64666173742e76\
      312e43616c6c4572726f72480052056572726f7242090a076f7574636f6d6522470a0f507574536b7573526573706f6e73651234\
      0a07726573756c747318012003280b321a2e686f6c64666173742e76312e507574536b7573526573756c745207726573756c7473\
      22790a0d476574536b755265717565737412160a0674656e616e74180120012809520674656e616e74123e0a0b636f6e73697374\
      656e637918022001280b321c2e686f6c64666173742e76312e52656164436f6e73697374656e6379520b636f6e73697374656e63\
      7912100a03736b751805200128095203736b7522500a0e476574536b75526573706f6e7365121a0a087265766973696f6e180120\
      01280352087265766973696f6e12220a03736b7518032001280b32102e686f6c64666173742e76312e536b755203736b7522a501\
      0a0f4c697374536b75735265717565737412160a0674656e616e74180120012809520674656e616e74123e0a0b636f6e73697374\
      656e637918022001280b321c2e686f6c64666173742e76312e52656164436f6e73697374656e6379520b636f6e73697374656e63\
      79121b0a09706167655f73697a6518032001280552087061676553697a65121d0a0a706167655f746f6b656e1804200128095209\
      70616765546f6b656e22600a104c697374536b7573526573706f6e736512240a04736b757318012003280b32102e686f6c646661\
      73742e76312e536b755204736b757312260a0f6e6578745f706167655f746f6b656e180220012809520d6e65787450616765546f\
      6b656e22ac010a125075744c6f636174696f6e5265717565737412160a0674656e616e74180120012809520674656e616e74121d\
      0a0a726571756573745f6964180220012809520972657175657374496412140a056163746f7218032001280952056163746f7212\
      160a06726561736f6e1804200128095206726561736f6e12310a086c6f636174696f6e18052001280b32152e686f6c6466617374\
      2e76312e4c6f636174696f6e52086c6f636174696f6e2280010a135075744c6f636174696f6e526573706f6e7365121a0a087265\
      766973696f6e18012001280352087265766973696f6e121a0a087265706c6179656418022001280852087265706c617965641231\
      0a086c6f636174696f6e18032001280b32152e686f6c64666173742e76312e4c6f636174696f6e52086c6f636174696f6e228801\
      0a124765744c6f636174696f6e5265717565737412160a0674656e616e74180120012809520674656e616e74123e0a0b636f6e73\
      697374656e637918022001280b321c2e686f6c64666173742e76312e52656164436f6e73697374656e6379520b636f6e73697374\
      656e6379121a0a086c6f636174696f6e18052001280952086c6f636174696f6e22640a134765744c6f636174696f6e526573706f\
      6e7365121a0a087265766973696f6e18012001280352087265766973696f6e12310a086c6f636174696f6e18032001280b32152e\
      686f6c64666173742e76312e4c6f636174696f6e52086c6f636174696f6e22aa010a144c6973744c6f636174696f6e7352657175\
      65737412160a0674656e616e74180120012809520674656e616e74123e0a0b636f6e73697374656e637918022001280b321c2e68\
      6f6c64666173742e76312e52656164436f6e73697374656e6379520b636f6e73697374656e6379121b0a09706167655f73697a65\
      18032001280552087061676553697a65121d0a0a706167655f746f6b656e180420012809520970616765546f6b656e22740a154c\
      6973744c6f636174696f6e73526573706f6e736512330a096c6f636174696f6e7318012003280b32152e686f6c64666173742e76\
      312e4c6f636174696f6e52096c6f636174696f6e7312260a0f6e6578745f706167655f746f6b656e180220012809520d6e657874\
      50616765546f6b656e2a82010a0d4c6f636174696f6e5374617465121e0a1a4c4f434154494f4e5f53544154455f554e53504543\
      4946494544100012190a154c4f434154494f4e5f53544154455f4143544956451001121b0a174c4f434154494f4e5f5354415445\
      5f445241494e494e47100212190a154c4f434154494f4e5f53544154455f434c4f534544100332a1040a0e436174616c6f675365\
      727669636512410a06507574536b75121a2e686f6c64666173742e76312e507574536b75526571756573741a1b2e686f6c646661\
      73742e76312e507574536b75526573706f6e736512440a07507574536b7573121b2e686f6c64666173742e76312e507574536b75\
      73526571756573741a1c2e686f6c64666173742e76312e507574536b7573526573706f6e736512410a06476574536b75121a2e68\
      6f6c64666173742e76312e476574536b75526571756573741a1b2e686f6c64666173742e76312e476574536b75526573706f6e73\
      6512470a084c697374536b7573121c2e686f6c64666173742e76312e4c697374536b7573526571756573741a1d2e686f6c646661\
      73742e76312e4c697374536b7573526573706f6e736512500a0b5075744c6f636174696f6e121f2e686f6c64666173742e76312e\
      5075744c6f636174696f6e526571756573741a202e686f6c64666173742e76312e5075744c6f636174696f6e526573706f6e7365\
      12500a0b4765744c6f636174696f6e121f2e686f6c64666173742e76312e4765744c6f636174696f6e526571756573741a202e68\
      6f6c64666173742e76312e4765744c6f636174696f6e526573706f6e736512560a0d4c6973744c6f636174696f6e7312212e686f\
      6c64666173742e76312e4c6973744c6f636174696f6e73526571756573741a222e686f6c64666173742e76312e4c6973744c6f63\
      6174696f6e73526573706f6e7365620670726f746f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/cluster_service.proto",
    dependencies: ["google/protobuf/duration.proto"],
    services: ["holdfast.v1.ClusterService"],
    messages: [
      "holdfast.v1.ShardStatus", "holdfast.v1.StoreStatus", "holdfast.v1.Alarm", "holdfast.v1.GetStatusRequest",
      "holdfast.v1.GetStatusResponse", "holdfast.v1.GetShardMapRequest", "holdfast.v1.SlotRange",
      "holdfast.v1.ShardPlacement", "holdfast.v1.NodeAddress", "holdfast.v1.GetShardMapResponse",
    ],
    symbols: [
      "holdfast.v1.ShardStatus",
      "holdfast.v1.ShardStatus.shard",
      "holdfast.v1.ShardStatus.role",
      "holdfast.v1.ShardStatus.term",
      "holdfast.v1.ShardStatus.commit_index",
      "holdfast.v1.ShardStatus.applied_index",
      "holdfast.v1.ShardStatus.last_index",
      "holdfast.v1.ShardStatus.sku_count",
      "holdfast.v1.ShardStatus.live_hold_count",
      "holdfast.v1.ShardStatus.leader_node_id",
      "holdfast.v1.StoreStatus",
      "holdfast.v1.StoreStatus.store",
      "holdfast.v1.StoreStatus.disk_free_bytes",
      "holdfast.v1.StoreStatus.shards",
      "holdfast.v1.Alarm",
      "holdfast.v1.Alarm.kind",
      "holdfast.v1.Alarm.text",
      "holdfast.v1.GetStatusRequest",
      "holdfast.v1.GetStatusResponse",
      "holdfast.v1.GetStatusResponse.node_id",
      "holdfast.v1.GetStatusResponse.version",
      "holdfast.v1.GetStatusResponse.uptime",
      "holdfast.v1.GetStatusResponse.data_format",
      "holdfast.v1.GetStatusResponse.stores",
      "holdfast.v1.GetStatusResponse.alarms",
      "holdfast.v1.GetShardMapRequest",
      "holdfast.v1.SlotRange",
      "holdfast.v1.SlotRange.slot_first",
      "holdfast.v1.SlotRange.slot_last",
      "holdfast.v1.SlotRange.shard",
      "holdfast.v1.ShardPlacement",
      "holdfast.v1.ShardPlacement.shard",
      "holdfast.v1.ShardPlacement.leader_node_id",
      "holdfast.v1.ShardPlacement.replica_node_ids",
      "holdfast.v1.NodeAddress",
      "holdfast.v1.NodeAddress.node_id",
      "holdfast.v1.NodeAddress.address",
      "holdfast.v1.GetShardMapResponse",
      "holdfast.v1.GetShardMapResponse.epoch",
      "holdfast.v1.GetShardMapResponse.slot_count",
      "holdfast.v1.GetShardMapResponse.ranges",
      "holdfast.v1.GetShardMapResponse.shards",
      "holdfast.v1.GetShardMapResponse.nodes",
      "holdfast.v1.ShardRole",
      "holdfast.v1.SHARD_ROLE_UNSPECIFIED",
      "holdfast.v1.SHARD_ROLE_LEADER",
      "holdfast.v1.SHARD_ROLE_FOLLOWER",
      "holdfast.v1.SHARD_ROLE_CANDIDATE",
      "holdfast.v1.SHARD_ROLE_PRE_CANDIDATE",
      "holdfast.v1.SHARD_ROLE_LEARNER",
      "holdfast.v1.ClusterService",
      "holdfast.v1.ClusterService.GetStatus",
      "holdfast.v1.ClusterService.GetShardMap",
    ],
    digits: """
      0a21686f6c64666173742f76312f636c75737465725f736572766963652e70726f746f120b686f6c64666173742e76311a1e676f\
      6f676c652f70726f746f6275662f6475726174696f6e2e70726f746f22b5020a0b536861726453746174757312140a0573686172\
      6418012001280d52057368617264122a0a04726f6c6518022001280e32162e686f6c64666173742e76312e5368617264526f6c65\
      5204726f6c6512120a047465726d18032001280452047465726d12210a0c636f6d6d69745f696e646578180420012804520b636f\
      6d6d6974496e64657812230a0d6170706c6965645f696e646578180520012804520c6170706c696564496e646578121d0a0a6c61\
      73745f696e64657818062001280452096c617374496e646578121b0a09736b755f636f756e741808200128035208736b75436f75\
      6e7412260a0f6c6976655f686f6c645f636f756e74180920012803520d6c697665486f6c64436f756e7412240a0e6c6561646572\
      5f6e6f64655f6964180a20012804520c6c65616465724e6f64654964227d0a0b53746f726553746174757312140a0573746f7265\
      18012001280d520573746f726512260a0f6469736b5f667265655f6279746573180220012803520d6469736b4672656542797465\
      7312300a0673686172647318032003280b32182e686f6c64666173742e76312e5368617264537461747573520673686172647322\
      2f0a05416c61726d12120a046b696e6418012001280952046b696e6412120a047465787418022001280952047465787422120a10\
      4765745374617475735265717565737422f8010a11476574537461747573526573706f6e736512170a076e6f64655f6964180120\
      01280452066e6f6465496412180a0776657273696f6e180220012809520776657273696f6e12310a06757074696d651803200128\
      0b32192e676f6f676c652e70726f746f6275662e4475726174696f6e5206757074696d65121f0a0b646174615f666f726d617418\
      042001280d520a64617461466f726d617412300a0673746f72657318052003280b32182e686f6c64666173742e76312e53746f72\
      65537461747573520673746f726573122a0a06616c61726d7318062003280b32122e686f6c64666173742e76312e416c61726d52\
      06616c61726d7322140a1247657453686172644d617052657175657374225d0a09536c6f7452616e6765121d0a0a736c6f745f66\
      6972737418012001280d5209736c6f744669727374121b0a09736c6f745f6c61737418022001280d5208736c6f744c6173741214\
      0a05736861726418032001280d5205736861726422760a0e5368617264506c6163656d656e7412140a0573686172641801200128\
      0d5205736861726412240a0e6c65616465725f6e6f64655f6964180220012804520c6c65616465724e6f6465496412280a107265\
      706c6963615f6e6f64655f696473180320032804520e7265706c6963614e6f646549647322400a0b4e6f64654164647265737312\
      170a076e6f64655f696418012001280452066e6f6465496412180a076164647265737318022001280952076164647265737322df\
      010a1347657453686172644d6170526573706f6e736512140a0565706f6368180120012804520565706f6368121d0a0a736c6f74\
      5f636f756e7418022001280d5209736c6f74436f756e74122e0a0672616e67657318032003280b32162e686f6c64666173742e76\
      312e536c6f7452616e6765520672616e67657312330a0673686172647318042003280b321b2e686f6c64666173742e76312e5368\
      617264506c6163656d656e745206736861726473122e0a056e6f64657318052003280b32182e686f6c64666173742e76312e4e6f\
      64654164647265737352056e6f6465732aa7010a095368617264526f6c65121a0a1653484152445f524f4c455f554e5350454349\
      46494544100012150a1153484152445f524f4c455f4c4541444552100112170a1353484152445f524f4c455f464f4c4c4f574552\
      100212180a1453484152445f524f4c455f43414e4449444154451003121c0a1853484152445f524f4c455f5052455f43414e4449\
      44415445100412160a1253484152445f524f4c455f4c4541524e4552100532ae010a0e436c757374657253657276696365124a0a\
      09476574537461747573121d2e686f6c64666173742e76312e476574537461747573526571756573741a1e2e686f6c6466617374\
      2e76312e476574537461747573526573706f6e736512500a0b47657453686172644d6170121f2e686f6c64666173742e76312e47\
      657453686172644d6170526571756573741a202e686f6c64666173742e76312e47657453686172644d6170526573706f6e736562\
      0670726f746f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/error_reason.proto",
    dependencies: [],
    services: [],
    messages: [],
    symbols: [
      "holdfast.v1.ErrorReason",
      "holdfast.v1.ERROR_REASON_UNSPECIFIED",
      "holdfast.v1.ERROR_REASON_OUT_OF_STOCK",
      "holdfast.v1.ERROR_REASON_UNKNOWN_SKU",
      "holdfast.v1.ERROR_REASON_UNKNOWN_LOCATION",
      "holdfast.v1.ERROR_REASON_UNKNOWN_HOLD",
      "holdfast.v1.ERROR_REASON_UNKNOWN_ORDER",
      "holdfast.v1.ERROR_REASON_HOLD_EXPIRED",
      "holdfast.v1.ERROR_REASON_HOLD_RELEASED",
      "holdfast.v1.ERROR_REASON_HOLD_CONFIRMED",
      "holdfast.v1.ERROR_REASON_REQUEST_ID_REUSED",
      "holdfast.v1.ERROR_REASON_REQUEST_TOO_OLD",
      "holdfast.v1.ERROR_REASON_INVALID_FIELD",
      "holdfast.v1.ERROR_REASON_MALFORMED_MESSAGE",
      "holdfast.v1.ERROR_REASON_QUANTITY_OVERFLOW",
      "holdfast.v1.ERROR_REASON_LINES_SPAN_SHARDS",
      "holdfast.v1.ERROR_REASON_LOCATION_CLOSED",
      "holdfast.v1.ERROR_REASON_SCALE_FIXED",
      "holdfast.v1.ERROR_REASON_BACKLOG_FULL",
      "holdfast.v1.ERROR_REASON_DISK_FULL",
      "holdfast.v1.ERROR_REASON_NO_LEADER",
      "holdfast.v1.ERROR_REASON_SHUTTING_DOWN",
      "holdfast.v1.ERROR_REASON_DEADLINE",
      "holdfast.v1.ERROR_REASON_REQUEST_FROM_FUTURE",
      "holdfast.v1.ERROR_REASON_REVISION_MISMATCH",
      "holdfast.v1.ERROR_REASON_TOO_MANY_SKUS",
    ],
    digits: """
      0a1e686f6c64666173742f76312f6572726f725f726561736f6e2e70726f746f120b686f6c64666173742e76312ab8060a0b4572\
      726f72526561736f6e121c0a184552524f525f524541534f4e5f554e5350454349464945441000121d0a194552524f525f524541\
      534f4e5f4f55545f4f465f53544f434b1001121c0a184552524f525f524541534f4e5f554e4b4e4f574e5f534b55100212210a1d\
      4552524f525f524541534f4e5f554e4b4e4f574e5f4c4f434154494f4e1003121d0a194552524f525f524541534f4e5f554e4b4e\
      4f574e5f484f4c441004121e0a1a4552524f525f524541534f4e5f554e4b4e4f574e5f4f524445521005121d0a194552524f525f\
      524541534f4e5f484f4c445f455850495245441006121e0a1a4552524f525f524541534f4e5f484f4c445f52454c454153454410\
      07121f0a1b4552524f525f524541534f4e5f484f4c445f434f4e4649524d4544100812220a1e4552524f525f524541534f4e5f52\
      4551554553545f49445f524555534544100912200a1c4552524f525f524541534f4e5f524551554553545f544f4f5f4f4c44100a\
      121e0a1a4552524f525f524541534f4e5f494e56414c49445f4649454c44100b12220a1e4552524f525f524541534f4e5f4d414c\
      464f524d45445f4d455353414745100c12220a1e4552524f525f524541534f4e5f5155414e544954595f4f564552464c4f57100d\
      12220a1e4552524f525f524541534f4e5f4c494e45535f5350414e5f534841524453100e12200a1c4552524f525f524541534f4e\
      5f4c4f434154494f4e5f434c4f534544100f121c0a184552524f525f524541534f4e5f5343414c455f46495845441010121d0a19\
      4552524f525f524541534f4e5f4241434b4c4f475f46554c4c1011121a0a164552524f525f524541534f4e5f4449534b5f46554c\
      4c1012121a0a164552524f525f524541534f4e5f4e4f5f4c45414445521013121e0a1a4552524f525f524541534f4e5f53485554\
      54494e475f444f574e101412190a154552524f525f524541534f4e5f444541444c494e45101512240a204552524f525f52454153\
      4f4e5f524551554553545f46524f4d5f465554555245101612220a1e4552524f525f524541534f4e5f5245564953494f4e5f4d49\
      534d415443481017121e0a1a4552524f525f524541534f4e5f544f4f5f4d414e595f534b55531018620670726f746f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/order_service.proto",
    dependencies: ["google/protobuf/timestamp.proto", "holdfast/v1/common.proto"],
    services: ["holdfast.v1.OrderService"],
    messages: [
      "holdfast.v1.OrderLine", "holdfast.v1.Order", "holdfast.v1.GetOrderRequest", "holdfast.v1.GetOrderResponse",
    ],
    symbols: [
      "holdfast.v1.OrderLine",
      "holdfast.v1.OrderLine.sku",
      "holdfast.v1.OrderLine.location",
      "holdfast.v1.OrderLine.ordered",
      "holdfast.v1.OrderLine.cancelled",
      "holdfast.v1.OrderLine.backordered",
      "holdfast.v1.OrderLine.allocated",
      "holdfast.v1.OrderLine.shipped",
      "holdfast.v1.Order",
      "holdfast.v1.Order.order_id",
      "holdfast.v1.Order.tenant",
      "holdfast.v1.Order.status",
      "holdfast.v1.Order.lines",
      "holdfast.v1.Order.external_number",
      "holdfast.v1.Order.hold_id",
      "holdfast.v1.Order.create_time",
      "holdfast.v1.Order.reference",
      "holdfast.v1.GetOrderRequest",
      "holdfast.v1.GetOrderRequest.tenant",
      "holdfast.v1.GetOrderRequest.consistency",
      "holdfast.v1.GetOrderRequest.order_id",
      "holdfast.v1.GetOrderResponse",
      "holdfast.v1.GetOrderResponse.revision",
      "holdfast.v1.GetOrderResponse.order",
      "holdfast.v1.OrderStatus",
      "holdfast.v1.ORDER_STATUS_UNSPECIFIED",
      "holdfast.v1.ORDER_STATUS_AWAITING_PAYMENT",
      "holdfast.v1.ORDER_STATUS_READY",
      "holdfast.v1.ORDER_STATUS_PARTIALLY_SHIPPED",
      "holdfast.v1.ORDER_STATUS_SHIPPED",
      "holdfast.v1.ORDER_STATUS_COMPLETED",
      "holdfast.v1.ORDER_STATUS_EXPIRED",
      "holdfast.v1.ORDER_STATUS_CANCELLED",
      "holdfast.v1.OrderService",
      "holdfast.v1.OrderService.GetOrder",
    ],
    digits: """
      0a1f686f6c64666173742f76312f6f726465725f736572766963652e70726f746f120b686f6c64666173742e76311a1f676f6f67\
      6c652f70726f746f6275662f74696d657374616d702e70726f746f1a18686f6c64666173742f76312f636f6d6d6f6e2e70726f74\
      6f22cb010a094f726465724c696e6512100a03736b751801200128095203736b75121a0a086c6f636174696f6e18022001280952\
      086c6f636174696f6e12180a076f72646572656418032001280352076f726465726564121c0a0963616e63656c6c656418042001\
      2803520963616e63656c6c656412200a0b6261636b6f726465726564180520012803520b6261636b6f726465726564121c0a0961\
      6c6c6f63617465641806200128035209616c6c6f636174656412180a077368697070656418072001280352077368697070656422\
      b7020a054f7264657212190a086f726465725f696418012001280952076f72646572496412160a0674656e616e74180220012809\
      520674656e616e7412300a0673746174757318032001280e32182e686f6c64666173742e76312e4f726465725374617475735206\
      737461747573122c0a056c696e657318042003280b32162e686f6c64666173742e76312e4f726465724c696e6552056c696e6573\
      12270a0f65787465726e616c5f6e756d626572180520012809520e65787465726e616c4e756d62657212170a07686f6c645f6964\
      1806200128095206686f6c644964123b0a0b6372656174655f74696d6518072001280b321a2e676f6f676c652e70726f746f6275\
      662e54696d657374616d70520a63726561746554696d65121c0a097265666572656e636518082001280952097265666572656e63\
      652284010a0f4765744f726465725265717565737412160a0674656e616e74180120012809520674656e616e74123e0a0b636f6e\
      73697374656e637918022001280b321c2e686f6c64666173742e76312e52656164436f6e73697374656e6379520b636f6e736973\
      74656e637912190a086f726465725f696418052001280952076f72646572496422580a104765744f72646572526573706f6e7365\
      121a0a087265766973696f6e18012001280352087265766973696f6e12280a056f7264657218032001280b32122e686f6c646661\
      73742e76312e4f7264657252056f726465722af6010a0b4f72646572537461747573121c0a184f524445525f5354415455535f55\
      4e535045434946494544100012210a1d4f524445525f5354415455535f4157414954494e475f5041594d454e54100112160a124f\
      524445525f5354415455535f5245414459100212220a1e4f524445525f5354415455535f5041525449414c4c595f534849505045\
      44100312180a144f524445525f5354415455535f534849505045441004121a0a164f524445525f5354415455535f434f4d504c45\
      544544100512180a144f524445525f5354415455535f455850495245441006121a0a164f524445525f5354415455535f43414e43\
      454c4c4544100732570a0c4f726465725365727669636512470a084765744f72646572121c2e686f6c64666173742e76312e4765\
      744f72646572526571756573741a1d2e686f6c64666173742e76312e4765744f72646572526573706f6e7365620670726f746f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/hold_service.proto",
    dependencies: [
      "google/protobuf/duration.proto", "google/protobuf/timestamp.proto", "holdfast/v1/common.proto",
      "holdfast/v1/order_service.proto",
    ],
    services: ["holdfast.v1.HoldService"],
    messages: [
      "holdfast.v1.ReserveLine", "holdfast.v1.ReserveRequest", "holdfast.v1.ReserveResponse",
      "holdfast.v1.BatchReserveRequest", "holdfast.v1.BatchReserveResult", "holdfast.v1.BatchReserveResponse",
      "holdfast.v1.ReserveStreamRequest", "holdfast.v1.ReserveStreamResponse", "holdfast.v1.HoldLine",
      "holdfast.v1.Hold", "holdfast.v1.GetHoldRequest", "holdfast.v1.GetHoldResponse", "holdfast.v1.ExtendHoldRequest",
      "holdfast.v1.ExtendHoldResponse", "holdfast.v1.ReleaseHoldRequest", "holdfast.v1.ReleaseHoldResponse",
      "holdfast.v1.ConfirmHoldRequest", "holdfast.v1.ConfirmHoldResponse",
    ],
    symbols: [
      "holdfast.v1.ReserveLine",
      "holdfast.v1.ReserveLine.sku",
      "holdfast.v1.ReserveLine.location",
      "holdfast.v1.ReserveLine.quantity",
      "holdfast.v1.ReserveLine.minimum_quantity",
      "holdfast.v1.ReserveRequest",
      "holdfast.v1.ReserveRequest.tenant",
      "holdfast.v1.ReserveRequest.request_id",
      "holdfast.v1.ReserveRequest.actor",
      "holdfast.v1.ReserveRequest.reason",
      "holdfast.v1.ReserveRequest.lines",
      "holdfast.v1.ReserveRequest.mode",
      "holdfast.v1.ReserveRequest.time_to_live",
      "holdfast.v1.ReserveRequest.reference",
      "holdfast.v1.ReserveResponse",
      "holdfast.v1.ReserveResponse.revision",
      "holdfast.v1.ReserveResponse.replayed",
      "holdfast.v1.ReserveResponse.hold",
      "holdfast.v1.BatchReserveRequest",
      "holdfast.v1.BatchReserveRequest.requests",
      "holdfast.v1.BatchReserveResult",
      "holdfast.v1.BatchReserveResult.response",
      "holdfast.v1.BatchReserveResult.error",
      "holdfast.v1.BatchReserveResult.outcome",
      "holdfast.v1.BatchReserveResponse",
      "holdfast.v1.BatchReserveResponse.results",
      "holdfast.v1.ReserveStreamRequest",
      "holdfast.v1.ReserveStreamRequest.tag",
      "holdfast.v1.ReserveStreamRequest.request",
      "holdfast.v1.ReserveStreamResponse",
      "holdfast.v1.ReserveStreamResponse.tag",
      "holdfast.v1.ReserveStreamResponse.response",
      "holdfast.v1.ReserveStreamResponse.error",
      "holdfast.v1.ReserveStreamResponse.outcome",
      "holdfast.v1.HoldLine",
      "holdfast.v1.HoldLine.sku",
      "holdfast.v1.HoldLine.location",
      "holdfast.v1.HoldLine.quantity",
      "holdfast.v1.HoldLine.asked_quantity",
      "holdfast.v1.Hold",
      "holdfast.v1.Hold.hold_id",
      "holdfast.v1.Hold.tenant",
      "holdfast.v1.Hold.state",
      "holdfast.v1.Hold.lines",
      "holdfast.v1.Hold.create_time",
      "holdfast.v1.Hold.expire_time",
      "holdfast.v1.Hold.order_id",
      "holdfast.v1.Hold.reference",
      "holdfast.v1.GetHoldRequest",
      "holdfast.v1.GetHoldRequest.tenant",
      "holdfast.v1.GetHoldRequest.consistency",
      "holdfast.v1.GetHoldRequest.hold_id",
      "holdfast.v1.GetHoldResponse",
      "holdfast.v1.GetHoldResponse.revision",
      "holdfast.v1.GetHoldResponse.hold",
      "holdfast.v1.ExtendHoldRequest",
      "holdfast.v1.ExtendHoldRequest.tenant",
      "holdfast.v1.ExtendHoldRequest.request_id",
      "holdfast.v1.ExtendHoldRequest.actor",
      "holdfast.v1.ExtendHoldRequest.reason",
      "holdfast.v1.ExtendHoldRequest.hold_id",
      "holdfast.v1.ExtendHoldRequest.time_to_live",
      "holdfast.v1.ExtendHoldResponse",
      "holdfast.v1.ExtendHoldResponse.revision",
      "holdfast.v1.ExtendHoldResponse.replayed",
      "holdfast.v1.ExtendHoldResponse.hold",
      "holdfast.v1.ReleaseHoldRequest",
      "holdfast.v1.ReleaseHoldRequest.tenant",
      "holdfast.v1.ReleaseHoldRequest.request_id",
      "holdfast.v1.ReleaseHoldRequest.actor",
      "holdfast.v1.ReleaseHoldRequest.reason",
      "holdfast.v1.ReleaseHoldRequest.hold_id",
      "holdfast.v1.ReleaseHoldResponse",
      "holdfast.v1.ReleaseHoldResponse.revision",
      "holdfast.v1.ReleaseHoldResponse.replayed",
      "holdfast.v1.ReleaseHoldResponse.hold",
      "holdfast.v1.ConfirmHoldRequest",
      "holdfast.v1.ConfirmHoldRequest.tenant",
      "holdfast.v1.ConfirmHoldRequest.request_id",
      "holdfast.v1.ConfirmHoldRequest.actor",
      "holdfast.v1.ConfirmHoldRequest.reason",
      "holdfast.v1.ConfirmHoldRequest.hold_id",
      "holdfast.v1.ConfirmHoldRequest.external_number",
      "holdfast.v1.ConfirmHoldResponse",
      "holdfast.v1.ConfirmHoldResponse.revision",
      "holdfast.v1.ConfirmHoldResponse.replayed",
      "holdfast.v1.ConfirmHoldResponse.order",
      "holdfast.v1.ReserveMode",
      "holdfast.v1.RESERVE_MODE_UNSPECIFIED",
      "holdfast.v1.RESERVE_MODE_ALL_OR_NOTHING",
      "holdfast.v1.RESERVE_MODE_WHOLE_LINES",
      "holdfast.v1.RESERVE_MODE_UP_TO",
      "holdfast.v1.HoldState",
      "holdfast.v1.HOLD_STATE_UNSPECIFIED",
      "holdfast.v1.HOLD_STATE_PREPARING",
      "holdfast.v1.HOLD_STATE_ACTIVE",
      "holdfast.v1.HOLD_STATE_CONFIRMED",
      "holdfast.v1.HOLD_STATE_RELEASED",
      "holdfast.v1.HOLD_STATE_EXPIRED",
      "holdfast.v1.HOLD_STATE_REJECTED",
      "holdfast.v1.HoldService",
      "holdfast.v1.HoldService.Reserve",
      "holdfast.v1.HoldService.BatchReserve",
      "holdfast.v1.HoldService.ReserveStream",
      "holdfast.v1.HoldService.GetHold",
      "holdfast.v1.HoldService.ExtendHold",
      "holdfast.v1.HoldService.ReleaseHold",
      "holdfast.v1.HoldService.ConfirmHold",
    ],
    digits: """
      0a1e686f6c64666173742f76312f686f6c645f736572766963652e70726f746f120b686f6c64666173742e76311a1e676f6f676c\
      652f70726f746f6275662f6475726174696f6e2e70726f746f1a1f676f6f676c652f70726f746f6275662f74696d657374616d70\
      2e70726f746f1a18686f6c64666173742f76312f636f6d6d6f6e2e70726f746f1a1f686f6c64666173742f76312f6f726465725f\
      736572766963652e70726f746f2282010a0b526573657276654c696e6512100a03736b751801200128095203736b75121a0a086c\
      6f636174696f6e18022001280952086c6f636174696f6e121a0a087175616e7469747918032001280352087175616e7469747912\
      290a106d696e696d756d5f7175616e74697479180420012803520f6d696e696d756d5175616e7469747922ae020a0e5265736572\
      76655265717565737412160a0674656e616e74180120012809520674656e616e74121d0a0a726571756573745f69641802200128\
      09520972657175657374496412140a056163746f7218032001280952056163746f7212160a06726561736f6e1804200128095206\
      726561736f6e122e0a056c696e657318052003280b32182e686f6c64666173742e76312e526573657276654c696e6552056c696e\
      6573122c0a046d6f646518062001280e32182e686f6c64666173742e76312e526573657276654d6f646552046d6f6465123b0a0c\
      74696d655f746f5f6c69766518072001280b32192e676f6f676c652e70726f746f6275662e4475726174696f6e520a74696d6554\
      6f4c697665121c0a097265666572656e636518082001280952097265666572656e636522700a0f52657365727665526573706f6e\
      7365121a0a087265766973696f6e18012001280352087265766973696f6e121a0a087265706c6179656418022001280852087265\
      706c6179656412250a04686f6c6418032001280b32112e686f6c64666173742e76312e486f6c645204686f6c64224e0a13426174\
      6368526573657276655265717565737412370a08726571756573747318012003280b321b2e686f6c64666173742e76312e526573\
      657276655265717565737452087265717565737473228b010a12426174636852657365727665526573756c74123a0a0872657370\
      6f6e736518012001280b321c2e686f6c64666173742e76312e52657365727665526573706f6e736548005208726573706f6e7365\
      122e0a056572726f7218022001280b32162e686f6c64666173742e76312e43616c6c4572726f72480052056572726f7242090a07\
      6f7574636f6d6522510a14426174636852657365727665526573706f6e736512390a07726573756c747318012003280b321f2e68\
      6f6c64666173742e76312e426174636852657365727665526573756c745207726573756c7473225f0a1452657365727665537472\
      65616d5265717565737412100a03746167180120012804520374616712350a077265717565737418022001280b321b2e686f6c64\
      666173742e76312e526573657276655265717565737452077265717565737422a0010a155265736572766553747265616d526573\
      706f6e736512100a037461671801200128045203746167123a0a08726573706f6e736518022001280b321c2e686f6c6466617374\
      2e76312e52657365727665526573706f6e736548005208726573706f6e7365122e0a056572726f7218032001280b32162e686f6c\
      64666173742e76312e43616c6c4572726f72480052056572726f7242090a076f7574636f6d65227b0a08486f6c644c696e651210\
      0a03736b751801200128095203736b75121a0a086c6f636174696f6e18022001280952086c6f636174696f6e121a0a087175616e\
      7469747918032001280352087175616e7469747912250a0e61736b65645f7175616e74697479180420012803520d61736b656451\
      75616e7469747922c5020a04486f6c6412170a07686f6c645f69641801200128095206686f6c64496412160a0674656e616e7418\
      0220012809520674656e616e74122c0a05737461746518032001280e32162e686f6c64666173742e76312e486f6c645374617465\
      52057374617465122b0a056c696e657318042003280b32152e686f6c64666173742e76312e486f6c644c696e6552056c696e6573\
      123b0a0b6372656174655f74696d6518052001280b321a2e676f6f676c652e70726f746f6275662e54696d657374616d70520a63\
      726561746554696d65123b0a0b6578706972655f74696d6518062001280b321a2e676f6f676c652e70726f746f6275662e54696d\
      657374616d70520a65787069726554696d6512190a086f726465725f696418072001280952076f726465724964121c0a09726566\
      6572656e636518082001280952097265666572656e63652281010a0e476574486f6c645265717565737412160a0674656e616e74\
      180120012809520674656e616e74123e0a0b636f6e73697374656e637918022001280b321c2e686f6c64666173742e76312e5265\
      6164436f6e73697374656e6379520b636f6e73697374656e637912170a07686f6c645f69641805200128095206686f6c64496422\
      540a0f476574486f6c64526573706f6e7365121a0a087265766973696f6e18012001280352087265766973696f6e12250a04686f\
      6c6418032001280b32112e686f6c64666173742e76312e486f6c645204686f6c6422ce010a11457874656e64486f6c6452657175\
      65737412160a0674656e616e74180120012809520674656e616e74121d0a0a726571756573745f69641802200128095209726571\
      75657374496412140a056163746f7218032001280952056163746f7212160a06726561736f6e1804200128095206726561736f6e\
      12170a07686f6c645f69641805200128095206686f6c644964123b0a0c74696d655f746f5f6c69766518062001280b32192e676f\
      6f676c652e70726f746f6275662e4475726174696f6e520a74696d65546f4c69766522730a12457874656e64486f6c6452657370\
      6f6e7365121a0a087265766973696f6e18012001280352087265766973696f6e121a0a087265706c617965641802200128085208\
      7265706c6179656412250a04686f6c6418032001280b32112e686f6c64666173742e76312e486f6c645204686f6c642292010a12\
      52656c65617365486f6c645265717565737412160a0674656e616e74180120012809520674656e616e74121d0a0a726571756573\
      745f6964180220012809520972657175657374496412140a056163746f7218032001280952056163746f7212160a06726561736f\
      6e1804200128095206726561736f6e12170a07686f6c645f69641805200128095206686f6c64496422740a1352656c6561736548\
      6f6c64526573706f6e7365121a0a087265766973696f6e18012001280352087265766973696f6e121a0a087265706c6179656418\
      022001280852087265706c6179656412250a04686f6c6418032001280b32112e686f6c64666173742e76312e486f6c645204686f\
      6c6422bb010a12436f6e6669726d486f6c645265717565737412160a0674656e616e74180120012809520674656e616e74121d0a\
      0a726571756573745f6964180220012809520972657175657374496412140a056163746f7218032001280952056163746f721216\
      0a06726561736f6e1804200128095206726561736f6e12170a07686f6c645f69641805200128095206686f6c64496412270a0f65\
      787465726e616c5f6e756d626572180620012809520e65787465726e616c4e756d62657222770a13436f6e6669726d486f6c6452\
      6573706f6e7365121a0a087265766973696f6e18012001280352087265766973696f6e121a0a087265706c617965641802200128\
      0852087265706c6179656412280a056f7264657218032001280b32122e686f6c64666173742e76312e4f7264657252056f726465\
      722a82010a0b526573657276654d6f6465121c0a18524553455256455f4d4f44455f554e5350454349464945441000121f0a1b52\
      4553455256455f4d4f44455f414c4c5f4f525f4e4f5448494e471001121c0a18524553455256455f4d4f44455f57484f4c455f4c\
      494e4553100212160a12524553455256455f4d4f44455f55505f544f10032abc010a09486f6c645374617465121a0a16484f4c44\
      5f53544154455f554e535045434946494544100012180a14484f4c445f53544154455f505245504152494e47100112150a11484f\
      4c445f53544154455f414354495645100212180a14484f4c445f53544154455f434f4e4649524d4544100312170a13484f4c445f\
      53544154455f52454c4541534544100412160a12484f4c445f53544154455f45585049524544100512170a13484f4c445f535441\
      54455f52454a4543544544100632bd040a0b486f6c645365727669636512440a0752657365727665121b2e686f6c64666173742e\
      76312e52657365727665526571756573741a1c2e686f6c64666173742e76312e52657365727665526573706f6e736512530a0c42\
      617463685265736572766512202e686f6c64666173742e76312e426174636852657365727665526571756573741a212e686f6c64\
      666173742e76312e426174636852657365727665526573706f6e7365125a0a0d5265736572766553747265616d12212e686f6c64\
      666173742e76312e5265736572766553747265616d526571756573741a222e686f6c64666173742e76312e526573657276655374\
      7265616d526573706f6e73652801300112440a07476574486f6c64121b2e686f6c64666173742e76312e476574486f6c64526571\
      756573741a1c2e686f6c64666173742e76312e476574486f6c64526573706f6e7365124d0a0a457874656e64486f6c64121e2e68\
      6f6c64666173742e76312e457874656e64486f6c64526571756573741a1f2e686f6c64666173742e76312e457874656e64486f6c\
      64526573706f6e736512500a0b52656c65617365486f6c64121f2e686f6c64666173742e76312e52656c65617365486f6c645265\
      71756573741a202e686f6c64666173742e76312e52656c65617365486f6c64526573706f6e736512500a0b436f6e6669726d486f\
      6c64121f2e686f6c64666173742e76312e436f6e6669726d486f6c64526571756573741a202e686f6c64666173742e76312e436f\
      6e6669726d486f6c64526573706f6e7365620670726f746f33
      """),
  EmbeddedFile(
    name: "holdfast/v1/inventory_service.proto",
    dependencies: ["google/protobuf/timestamp.proto", "holdfast/v1/common.proto"],
    services: ["holdfast.v1.InventoryService"],
    messages: [
      "holdfast.v1.StockBalances", "holdfast.v1.LocationStock", "holdfast.v1.SkuStock", "holdfast.v1.ReceiveRequest",
      "holdfast.v1.ReceiveResponse", "holdfast.v1.AdjustRequest", "holdfast.v1.AdjustResponse",
      "holdfast.v1.MoveStockRequest", "holdfast.v1.MoveStockResponse", "holdfast.v1.GetStockRequest",
      "holdfast.v1.GetStockResponse", "holdfast.v1.BatchGetStockRequest", "holdfast.v1.BatchGetStockResult",
      "holdfast.v1.BatchGetStockResponse", "holdfast.v1.ListStockRequest", "holdfast.v1.ListStockResponse",
    ],
    symbols: [
      "holdfast.v1.StockBalances",
      "holdfast.v1.StockBalances.on_hand",
      "holdfast.v1.StockBalances.available",
      "holdfast.v1.StockBalances.held",
      "holdfast.v1.StockBalances.allocated",
      "holdfast.v1.StockBalances.safety",
      "holdfast.v1.StockBalances.quality_control",
      "holdfast.v1.StockBalances.damaged",
      "holdfast.v1.StockBalances.supplier",
      "holdfast.v1.StockBalances.customer",
      "holdfast.v1.StockBalances.adjustment",
      "holdfast.v1.StockBalances.in_transit",
      "holdfast.v1.StockBalances.shortfall",
      "holdfast.v1.LocationStock",
      "holdfast.v1.LocationStock.location",
      "holdfast.v1.LocationStock.balances",
      "holdfast.v1.SkuStock",
      "holdfast.v1.SkuStock.sku",
      "holdfast.v1.SkuStock.quantity_scale",
      "holdfast.v1.SkuStock.total",
      "holdfast.v1.SkuStock.locations",
      "holdfast.v1.SkuStock.revision",
      "holdfast.v1.SkuStock.as_of_time",
      "holdfast.v1.ReceiveRequest",
      "holdfast.v1.ReceiveRequest.tenant",
      "holdfast.v1.ReceiveRequest.request_id",
      "holdfast.v1.ReceiveRequest.actor",
      "holdfast.v1.ReceiveRequest.reason",
      "holdfast.v1.ReceiveRequest.sku",
      "holdfast.v1.ReceiveRequest.location",
      "holdfast.v1.ReceiveRequest.quantity",
      "holdfast.v1.ReceiveRequest.to_quality_control",
      "holdfast.v1.ReceiveResponse",
      "holdfast.v1.ReceiveResponse.revision",
      "holdfast.v1.ReceiveResponse.replayed",
      "holdfast.v1.ReceiveResponse.sequence",
      "holdfast.v1.ReceiveResponse.time",
      "holdfast.v1.ReceiveResponse.stock",
      "holdfast.v1.AdjustRequest",
      "holdfast.v1.AdjustRequest.tenant",
      "holdfast.v1.AdjustRequest.request_id",
      "holdfast.v1.AdjustRequest.actor",
      "holdfast.v1.AdjustRequest.reason",
      "holdfast.v1.AdjustRequest.sku",
      "holdfast.v1.AdjustRequest.location",
      "holdfast.v1.AdjustRequest.account",
      "holdfast.v1.AdjustRequest.delta",
      "holdfast.v1.AdjustResponse",
      "holdfast.v1.AdjustResponse.revision",
      "holdfast.v1.AdjustResponse.replayed",
      "holdfast.v1.AdjustResponse.sequence",
      "holdfast.v1.AdjustResponse.time",
      "holdfast.v1.AdjustResponse.stock",
      "holdfast.v1.MoveStockRequest",
      "holdfast.v1.MoveStockRequest.tenant",
      "holdfast.v1.MoveStockRequest.request_id",
      "holdfast.v1.MoveStockRequest.actor",
      "holdfast.v1.MoveStockRequest.reason",
      "holdfast.v1.MoveStockRequest.sku",
      "holdfast.v1.MoveStockRequest.location",
      "holdfast.v1.MoveStockRequest.from_account",
      "holdfast.v1.MoveStockRequest.to_account",
      "holdfast.v1.MoveStockRequest.quantity",
      "holdfast.v1.MoveStockResponse",
      "holdfast.v1.MoveStockResponse.revision",
      "holdfast.v1.MoveStockResponse.replayed",
      "holdfast.v1.MoveStockResponse.sequence",
      "holdfast.v1.MoveStockResponse.time",
      "holdfast.v1.MoveStockResponse.stock",
      "holdfast.v1.GetStockRequest",
      "holdfast.v1.GetStockRequest.tenant",
      "holdfast.v1.GetStockRequest.consistency",
      "holdfast.v1.GetStockRequest.sku",
      "holdfast.v1.GetStockRequest.location",
      "holdfast.v1.GetStockResponse",
      "holdfast.v1.GetStockResponse.stock",
      "holdfast.v1.BatchGetStockRequest",
      "holdfast.v1.BatchGetStockRequest.tenant",
      "holdfast.v1.BatchGetStockRequest.consistency",
      "holdfast.v1.BatchGetStockRequest.skus",
      "holdfast.v1.BatchGetStockRequest.location",
      "holdfast.v1.BatchGetStockResult",
      "holdfast.v1.BatchGetStockResult.stock",
      "holdfast.v1.BatchGetStockResult.error",
      "holdfast.v1.BatchGetStockResult.outcome",
      "holdfast.v1.BatchGetStockResponse",
      "holdfast.v1.BatchGetStockResponse.results",
      "holdfast.v1.ListStockRequest",
      "holdfast.v1.ListStockRequest.tenant",
      "holdfast.v1.ListStockRequest.consistency",
      "holdfast.v1.ListStockRequest.page_size",
      "holdfast.v1.ListStockRequest.page_token",
      "holdfast.v1.ListStockRequest.location",
      "holdfast.v1.ListStockResponse",
      "holdfast.v1.ListStockResponse.stock",
      "holdfast.v1.ListStockResponse.next_page_token",
      "holdfast.v1.InventoryService",
      "holdfast.v1.InventoryService.Receive",
      "holdfast.v1.InventoryService.Adjust",
      "holdfast.v1.InventoryService.MoveStock",
      "holdfast.v1.InventoryService.GetStock",
      "holdfast.v1.InventoryService.BatchGetStock",
      "holdfast.v1.InventoryService.ListStock",
    ],
    digits: """
      0a23686f6c64666173742f76312f696e76656e746f72795f736572766963652e70726f746f120b686f6c64666173742e76311a1f\
      676f6f676c652f70726f746f6275662f74696d657374616d702e70726f746f1a18686f6c64666173742f76312f636f6d6d6f6e2e\
      70726f746f22e8020a0d53746f636b42616c616e63657312170a076f6e5f68616e6418012001280352066f6e48616e64121c0a09\
      617661696c61626c651802200128035209617661696c61626c6512120a0468656c64180320012803520468656c64121c0a09616c\
      6c6f63617465641804200128035209616c6c6f636174656412160a06736166657479180520012803520673616665747912270a0f\
      7175616c6974795f636f6e74726f6c180620012803520e7175616c697479436f6e74726f6c12180a0764616d6167656418072001\
      2803520764616d61676564121a0a08737570706c6965721808200128035208737570706c696572121a0a08637573746f6d657218\
      09200128035208637573746f6d6572121e0a0a61646a7573746d656e74180a20012803520a61646a7573746d656e74121d0a0a69\
      6e5f7472616e736974180b200128035209696e5472616e736974121c0a0973686f727466616c6c180c20012803520973686f7274\
      66616c6c22630a0d4c6f636174696f6e53746f636b121a0a086c6f636174696f6e18012001280952086c6f636174696f6e12360a\
      0862616c616e63657318022001280b321a2e686f6c64666173742e76312e53746f636b42616c616e636573520862616c616e6365\
      732285020a08536b7553746f636b12100a03736b751801200128095203736b7512250a0e7175616e746974795f7363616c651802\
      20012805520d7175616e746974795363616c6512300a05746f74616c18032001280b321a2e686f6c64666173742e76312e53746f\
      636b42616c616e6365735205746f74616c12380a096c6f636174696f6e7318042003280b321a2e686f6c64666173742e76312e4c\
      6f636174696f6e53746f636b52096c6f636174696f6e73121a0a087265766973696f6e18052001280352087265766973696f6e12\
      380a0a61735f6f665f74696d6518062001280b321a2e676f6f676c652e70726f746f6275662e54696d657374616d70520861734f\
      6654696d6522ed010a0e526563656976655265717565737412160a0674656e616e74180120012809520674656e616e74121d0a0a\
      726571756573745f6964180220012809520972657175657374496412140a056163746f7218032001280952056163746f7212160a\
      06726561736f6e1804200128095206726561736f6e12100a03736b751805200128095203736b75121a0a086c6f636174696f6e18\
      062001280952086c6f636174696f6e121a0a087175616e7469747918072001280352087175616e74697479122c0a12746f5f7175\
      616c6974795f636f6e74726f6c1808200128085210746f5175616c697479436f6e74726f6c22c7010a0f52656365697665526573\
      706f6e7365121a0a087265766973696f6e18012001280352087265766973696f6e121a0a087265706c6179656418022001280852\
      087265706c61796564121a0a0873657175656e6365180320012803520873657175656e6365122e0a0474696d6518042001280b32\
      1a2e676f6f676c652e70726f746f6275662e54696d657374616d70520474696d6512300a0573746f636b18052001280b321a2e68\
      6f6c64666173742e76312e4c6f636174696f6e53746f636b520573746f636b22e8010a0d41646a7573745265717565737412160a\
      0674656e616e74180120012809520674656e616e74121d0a0a726571756573745f69641802200128095209726571756573744964\
      12140a056163746f7218032001280952056163746f7212160a06726561736f6e1804200128095206726561736f6e12100a03736b\
      751805200128095203736b75121a0a086c6f636174696f6e18062001280952086c6f636174696f6e122e0a076163636f756e7418\
      072001280e32142e686f6c64666173742e76312e4163636f756e7452076163636f756e7412140a0564656c746118082001280352\
      0564656c746122c6010a0e41646a757374526573706f6e7365121a0a087265766973696f6e18012001280352087265766973696f\
      6e121a0a087265706c6179656418022001280852087265706c61796564121a0a0873657175656e63651803200128035208736571\
      75656e6365122e0a0474696d6518042001280b321a2e676f6f676c652e70726f746f6275662e54696d657374616d70520474696d\
      6512300a0573746f636b18052001280b321a2e686f6c64666173742e76312e4c6f636174696f6e53746f636b520573746f636b22\
      af020a104d6f766553746f636b5265717565737412160a0674656e616e74180120012809520674656e616e74121d0a0a72657175\
      6573745f6964180220012809520972657175657374496412140a056163746f7218032001280952056163746f7212160a06726561\
      736f6e1804200128095206726561736f6e12100a03736b751805200128095203736b75121a0a086c6f636174696f6e1806200128\
      0952086c6f636174696f6e12370a0c66726f6d5f6163636f756e7418072001280e32142e686f6c64666173742e76312e4163636f\
      756e74520b66726f6d4163636f756e7412330a0a746f5f6163636f756e7418082001280e32142e686f6c64666173742e76312e41\
      63636f756e745209746f4163636f756e74121a0a087175616e7469747918092001280352087175616e7469747922c9010a114d6f\
      766553746f636b526573706f6e7365121a0a087265766973696f6e18012001280352087265766973696f6e121a0a087265706c61\
      79656418022001280852087265706c61796564121a0a0873657175656e6365180320012803520873657175656e6365122e0a0474\
      696d6518042001280b321a2e676f6f676c652e70726f746f6275662e54696d657374616d70520474696d6512300a0573746f636b\
      18052001280b321a2e686f6c64666173742e76312e4c6f636174696f6e53746f636b520573746f636b2297010a0f47657453746f\
      636b5265717565737412160a0674656e616e74180120012809520674656e616e74123e0a0b636f6e73697374656e637918022001\
      280b321c2e686f6c64666173742e76312e52656164436f6e73697374656e6379520b636f6e73697374656e637912100a03736b75\
      1805200128095203736b75121a0a086c6f636174696f6e18062001280952086c6f636174696f6e223f0a1047657453746f636b52\
      6573706f6e7365122b0a0573746f636b18012001280b32152e686f6c64666173742e76312e536b7553746f636b520573746f636b\
      229e010a14426174636847657453746f636b5265717565737412160a0674656e616e74180120012809520674656e616e74123e0a\
      0b636f6e73697374656e637918022001280b321c2e686f6c64666173742e76312e52656164436f6e73697374656e6379520b636f\
      6e73697374656e637912120a04736b75731805200328095204736b7573121a0a086c6f636174696f6e18062001280952086c6f63\
      6174696f6e227f0a13426174636847657453746f636b526573756c74122d0a0573746f636b18012001280b32152e686f6c646661\
      73742e76312e536b7553746f636b4800520573746f636b122e0a056572726f7218022001280b32162e686f6c64666173742e7631\
      2e43616c6c4572726f72480052056572726f7242090a076f7574636f6d6522530a15426174636847657453746f636b526573706f\
      6e7365123a0a07726573756c747318012003280b32202e686f6c64666173742e76312e426174636847657453746f636b52657375\
      6c745207726573756c747322c2010a104c69737453746f636b5265717565737412160a0674656e616e7418012001280952067465\
      6e616e74123e0a0b636f6e73697374656e637918022001280b321c2e686f6c64666173742e76312e52656164436f6e7369737465\
      6e6379520b636f6e73697374656e6379121b0a09706167655f73697a6518032001280552087061676553697a65121d0a0a706167\
      655f746f6b656e180420012809520970616765546f6b656e121a0a086c6f636174696f6e18052001280952086c6f636174696f6e\
      22680a114c69737453746f636b526573706f6e7365122b0a0573746f636b18012003280b32152e686f6c64666173742e76312e53\
      6b7553746f636b520573746f636b12260a0f6e6578745f706167655f746f6b656e180220012809520d6e65787450616765546f6b\
      656e32d4030a10496e76656e746f72795365727669636512440a0752656365697665121b2e686f6c64666173742e76312e526563\
      65697665526571756573741a1c2e686f6c64666173742e76312e52656365697665526573706f6e736512410a0641646a75737412\
      1a2e686f6c64666173742e76312e41646a757374526571756573741a1b2e686f6c64666173742e76312e41646a75737452657370\
      6f6e7365124a0a094d6f766553746f636b121d2e686f6c64666173742e76312e4d6f766553746f636b526571756573741a1e2e68\
      6f6c64666173742e76312e4d6f766553746f636b526573706f6e736512470a0847657453746f636b121c2e686f6c64666173742e\
      76312e47657453746f636b526571756573741a1d2e686f6c64666173742e76312e47657453746f636b526573706f6e736512560a\
      0d426174636847657453746f636b12212e686f6c64666173742e76312e426174636847657453746f636b526571756573741a222e\
      686f6c64666173742e76312e426174636847657453746f636b526573706f6e7365124a0a094c69737453746f636b121d2e686f6c\
      64666173742e76312e4c69737453746f636b526571756573741a1e2e686f6c64666173742e76312e4c69737453746f636b526573\
      706f6e7365620670726f746f33
      """),
]
