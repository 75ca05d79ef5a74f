/**
 * The columns of METHOD 2.1 in their order, with their types in Parquet. What a column means stands
 * there; unknown is null, times are UTC.
 */
export const observationColumns = {
  campaign_id: 'VARCHAR',
  run: 'VARCHAR',
  slot: 'INTEGER',
  block: 'INTEGER',
  request_id: 'VARCHAR',
  target: 'VARCHAR',
  arm: 'VARCHAR',
  platform: 'VARCHAR',
  attempt: 'INTEGER',
  workload: 'VARCHAR',
  position: 'INTEGER',
  ladder_step: 'INTEGER',
  lead_in: 'BOOLEAN',
  after_gap: 'BOOLEAN',

  planned_at: 'TIMESTAMPTZ',
  moved_ms: 'DOUBLE',
  sent_at: 'TIMESTAMPTZ',
  send_lag_ms: 'DOUBLE',

  payload_bytes: 'BIGINT',
  response_bytes: 'BIGINT',

  in_flight_lambda: 'DOUBLE',
  in_flight_ecs: 'DOUBLE',
  recent_rate_lambda_per_s: 'DOUBLE',
  recent_rate_ecs_per_s: 'DOUBLE',
  since_previous_lambda_ms: 'DOUBLE',
  since_previous_ecs_ms: 'DOUBLE',

  outcome: 'VARCHAR',
  status_code: 'INTEGER',
  error_code: 'VARCHAR',
  unjoined_reason: 'VARCHAR',
  is_good: 'BOOLEAN',

  routed_to: 'VARCHAR',
  router_ms: 'DOUBLE',
  model_hash: 'VARCHAR',
  p_lambda: 'DOUBLE',

  latency_ms: 'DOUBLE',
  first_byte_ms: 'DOUBLE',
  connect_ms: 'DOUBLE',
  conn_reused: 'BOOLEAN',
  server_ms: 'DOUBLE',
  queue_ms: 'DOUBLE',

  aws_request_id: 'VARCHAR',
  environment_id: 'VARCHAR',
  environment_sequence: 'INTEGER',
  task_id: 'VARCHAR',
  cpu_model: 'VARCHAR',
  placement: 'VARCHAR',
  init_ms: 'DOUBLE',
  billed_ms: 'DOUBLE',
  memory_limit_mb: 'DOUBLE',
  memory_used_mb: 'DOUBLE',
  cpu_ms: 'DOUBLE',
  throttled_ms: 'DOUBLE',

  marginal_cost_usd: 'DOUBLE',
  price_book: 'VARCHAR',
} as const;

/** They say how a row came about, not what was measured: no part of a fingerprint (DESIGN 6). */
export const unfingerprintedColumns: readonly string[] = ['campaign_id', 'attempt', 'moved_ms'];
