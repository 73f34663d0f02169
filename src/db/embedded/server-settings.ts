/** Settings of the embedded server, as name and value. Commits stay durable: fsync is never touched. */
export function serverSettings(machine: { port: number; memoryBytes: number }): Record<string, string> {
  const megabytes = Math.floor(machine.memoryBytes / 1024 / 1024);
  return {
    listen_addresses: '127.0.0.1',
    port: String(machine.port),
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: `${Math.max(32, Math.min(256, Math.floor(megabytes / 8)))}MB`,
    effective_cache_size: `${Math.max(64, Math.floor(megabytes / 2))}MB`,
    // Accounting writes without pause; rarer checkpoints write each page less often.
    max_wal_size: '2GB',
    checkpoint_completion_target: '0.9',
    // Every page is logged whole once after a checkpoint. Compressing it takes 80 us, more than the reports it serves.
    wal_compression: 'off',
    // Compiling a query costs more than the short queries here take, and a report on several
    // cores would take them from logins (and needs more /dev/shm than containers have).
    jit: 'off',
    max_parallel_workers_per_gather: '0',
    autovacuum: 'on',
    // Refused statements are reported to their caller; their text may name people.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
  };
}
