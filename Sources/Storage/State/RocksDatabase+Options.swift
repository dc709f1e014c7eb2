internal import CRocksDB

extension RocksDatabase {
  /// The settings, each for a measured reason that the decision records name.
  static func makeOptions(_ configuration: StateConfiguration) -> OpaquePointer {
    guard let options = unsafe rocksdb_options_create() else { fatalError("RocksDB gives no options") }
    unsafe rocksdb_options_set_create_if_missing(options, 1)
    unsafe rocksdb_options_set_paranoid_checks(options, 1)
    unsafe rocksdb_options_set_max_open_files(options, Int32(configuration.openTableCountMax))
    unsafe setMemtables(options, configuration)
    unsafe setCompaction(options, configuration)
    unsafe setTables(options, configuration)
    unsafe setThreads(options, configuration)
    unsafe setLogging(options)
    return unsafe options
  }

  private static func setMemtables(_ options: OpaquePointer, _ configuration: StateConfiguration) {
    unsafe rocksdb_options_set_write_buffer_size(options, configuration.writeBufferByteCount)
    unsafe rocksdb_options_set_max_write_buffer_number(options, Int32(configuration.writeBufferCount))
    // One thread writes: without concurrent inserts, a put behind the last one skips the search.
    unsafe rocksdb_options_set_allow_concurrent_memtable_write(options, 0)
    unsafe rocksdb_options_set_enable_write_thread_adaptive_yield(options, 0)
    unsafe rocksdb_options_set_avoid_unnecessary_blocking_io(options, 1)
  }

  private static func setCompaction(_ options: OpaquePointer, _ configuration: StateConfiguration) {
    // Levels, each with tables of its own key ranges: what lies before the ends of the ranges stays untouched.
    unsafe rocksdb_options_set_compaction_style(options, Int32(rocksdb_level_compaction))
    unsafe rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1)
    unsafe rocksdb_options_set_target_file_size_base(options, UInt64(configuration.tableByteCount))
    unsafe rocksdb_options_set_level0_file_num_compaction_trigger(options, Int32(configuration.compactionTrigger))
    unsafe rocksdb_options_set_level0_slowdown_writes_trigger(options, Int32(configuration.stopTrigger))
    unsafe rocksdb_options_set_level0_stop_writes_trigger(options, Int32(configuration.stopTrigger))
    unsafe rocksdb_options_set_soft_pending_compaction_bytes_limit(options, 0)
    unsafe rocksdb_options_set_hard_pending_compaction_bytes_limit(options, 0)
    unsafe rocksdb_options_set_compression(options, Int32(rocksdb_no_compression))
    unsafe rocksdb_options_set_bytes_per_sync(options, 1 << 20)
    let limiter = unsafe rocksdb_ratelimiter_create(configuration.backgroundBytesPerSecond, 100_000, 10)
    unsafe rocksdb_options_set_ratelimiter(options, limiter)
    unsafe rocksdb_ratelimiter_destroy(limiter)
  }

  private static func setTables(_ options: OpaquePointer, _ configuration: StateConfiguration) {
    let tables = unsafe rocksdb_block_based_options_create()
    defer { unsafe rocksdb_block_based_options_destroy(tables) }
    let cache = unsafe rocksdb_cache_create_lru(configuration.blockCacheByteCount)
    unsafe rocksdb_block_based_options_set_block_cache(tables, cache)
    unsafe rocksdb_cache_destroy(cache)
    unsafe rocksdb_block_based_options_set_filter_policy(tables, rocksdb_filterpolicy_create_bloom_full(10))
    unsafe rocksdb_block_based_options_set_block_size(tables, 16 << 10)
    unsafe rocksdb_block_based_options_set_format_version(tables, 5)
    unsafe rocksdb_options_set_block_based_table_factory(options, tables)
  }

  private static func setThreads(_ options: OpaquePointer, _ configuration: StateConfiguration) {
    let environment = unsafe rocksdb_create_default_env()
    defer { unsafe rocksdb_env_destroy(environment) }
    unsafe rocksdb_env_set_background_threads(environment, Int32(configuration.backgroundThreadCount))
    unsafe rocksdb_env_set_high_priority_background_threads(environment, Int32(configuration.backgroundThreadCount))
    // Their priority stays the usual one. Lowered, they starve on a busy machine: memtables fill up, writes stall, and
    // deletions pile up until a restart's scan takes seconds.
    unsafe rocksdb_options_set_env(options, environment)
    unsafe rocksdb_options_set_max_background_jobs(options, Int32(configuration.backgroundThreadCount * 2))
  }

  private static func setLogging(_ options: OpaquePointer) {
    unsafe rocksdb_options_set_keep_log_file_num(options, 4)
    unsafe rocksdb_options_set_max_log_file_size(options, 4 << 20)
    unsafe rocksdb_options_set_stats_dump_period_sec(options, 0)
    unsafe rocksdb_options_set_info_log_level(options, 2)
  }
}
