import { readFileSync } from 'node:fs';
import * as z from 'zod';

const quantiles = z.object({
  n: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
  ln_mu: z.number(),
  ln_sigma: z.number(),
  /** Duration of the first invocation in a new environment. */
  first_handler_ms: z.number(),
  day_cv: z.number(),
});

const executionAtMemory = z.object({
  n_warm: z.number(),
  warm_p50: z.number(),
  warm_p99_over_p50: z.number(),
  client_minus_provider_warm_p50: z.number(),
  cold_p50: z.number(),
  client_minus_provider_cold_p50: z.number(),
});

const calibration = z.object({
  lambda_cold_init_ms: z.object({
    source: z.string(),
    /** By `<runtime>|<package>|<architecture>`, then by memory in MB. */
    by_runtime_package_arch_memory: z.record(z.string(), z.record(z.string(), quantiles)),
  }),
  lambda_exec_model: z.object({
    form: z.string(),
    source: z.string(),
    workloads: z.record(
      z.string(),
      z.object({
        name: z.string(),
        a_ms: z.number(),
        W_ms_mb: z.number(),
        cap_mb: z.number(),
        mean_err: z.number(),
        max_err: z.number(),
        per_memory: z.record(z.string(), executionAtMemory),
      }),
    ),
  }),
  lambda_idle_eviction: z.object({
    models: z.object({
      burst_2020_sebs: z.object({ half_life_s: z.number(), note: z.string() }),
      poisson_2020_pacslab: z.object({
        idle_timeout_s: z.number(),
        max_lifetime_s: z.number(),
        reuse: z.string(),
        note: z.string(),
        service_time_s_p50: z.number(),
      }),
      mikhail_2019: z.object({ idle_timeout_s: z.number() }),
    }),
    targets_sebs: z.array(
      z.object({
        delta_t_s: z.tuple([z.number(), z.number()]),
        n: z.number(),
        warm_fraction_mean: z.number(),
      }),
    ),
    targets_pacslab_coldprob: z.array(
      z.object({ mean_iat_s: z.number(), n: z.number(), cold_prob: z.number() }),
    ),
  }),
  lambda_scaling: z.object({
    envs_per_10s_per_function: z.number(),
    rps_per_10s: z.number(),
    default_account_concurrency: z.number(),
    over_limit_status: z.number(),
    payload_sync_mb: z.number(),
    alb_to_lambda_payload_mb: z.number(),
    apigw_payload_mb: z.number(),
    apigw_timeout_s: z.number(),
    source: z.string(),
  }),
  fargate_behaviour: z.object({
    start_s: z.object({
      min: z.number(),
      mean: z.number(),
      max: z.number(),
      image_mb: z.number(),
      source: z.string(),
    }),
    start_generic_s: z.tuple([z.number(), z.number()]),
    scale_out_alarm_s: z.number(),
    scale_in_alarm_s: z.number(),
    cooldown_default_s: z.number(),
    baseline_gbps_0_25_vcpu: z.number(),
  }),
  azure_2019: z.object({
    source: z.string(),
    exec_lognormal_s: z.object({
      mu: z.number(),
      sigma: z.number(),
      ks_vs_released_cdf: z.number(),
    }),
    app_memory_burr_mb: z.object({
      c: z.number(),
      k: z.number(),
      lambda: z.number(),
      ks_vs_released_cdf: z.number(),
    }),
    exec_quantiles_ms: z.record(z.string(), z.number()),
    memory_quantiles_mb: z.record(z.string(), z.number()),
    iat_cv: z.record(z.string(), z.number()),
    invocations_per_function: z.record(z.string(), z.number()),
  }),
});

/** Public measurements that parameters come from, and that the model is judged by (METHOD 7.2). */
export type Calibration = Readonly<z.infer<typeof calibration>>;

/** Reads `calibration.json`, which stands beside this file; every block in it names its source. */
export function readCalibration(): Calibration {
  const text = readFileSync(new URL('./calibration.json', import.meta.url), 'utf8');
  return calibration.parse(JSON.parse(text));
}
