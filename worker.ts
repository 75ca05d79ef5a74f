import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';

import { createDatasetActivities } from './src/activities/datasets.ts';
import { createEvaluationActivities } from './src/activities/evaluation/evaluations.ts';
import { createModelActivities } from './src/activities/learning/models.ts';
import { createPromotionActivities } from './src/activities/learning/promotions.ts';
import { createTuningActivities } from './src/activities/learning/tuning.ts';
import { createLoadRunActivities } from './src/activities/load/load-runs.ts';
import { createObservationActivities } from './src/activities/observations.ts';
import { permanentFailureInterceptor } from './src/activities/permanent-failures.ts';
import { createReportActivities } from './src/activities/reports.ts';
import { createScheduleActivities } from './src/activities/schedules.ts';
import { createTestbedActivities } from './src/activities/testbeds.ts';
import { loadConfig, type WorkerRole } from './src/config.ts';
import { taskQueue } from './src/domain/names.ts';
import { openPorts } from './src/ports.ts';
import { openProcessLog } from './src/process-log.ts';
import { findTemporal } from './src/temporal/connect.ts';
import { version } from './src/version.ts';

const config = loadConfig(process.env, dirname(fileURLToPath(import.meta.url)));
const write = openProcessLog(config.stateFolder, 'worker');
Runtime.install({
  logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
    // An activity-only worker says so at each start; here that is the plan, not a mistake.
    if (message.startsWith('No workflows registered') || message === 'Worker state changed') return;
    write({ level, message, ...meta });
  }),
  shutdownSignals: ['SIGTERM', 'SIGINT'],
});

const temporal = await findTemporal({ environment: process.env, stateFolder: config.stateFolder });
if (temporal === undefined) {
  process.stderr.write(
    'No Temporal server is running. Start one with "crossover dev", or set TEMPORAL_ADDRESS.\n',
  );
  process.exit(1);
}

const connection = await NativeConnection.connect(temporal.connectionOptions);
try {
  const ports = openPorts(config);
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: temporal.namespace,
    // A run that is nearly over may end by itself; `crossover run` suspends faster.
    shutdownGraceTime: config.shutdownGraceMs,
    // Progress and cancellation move at this pace; the default would be 24 s.
    maxHeartbeatThrottleInterval: '5 seconds',
    interceptors: { activity: [permanentFailureInterceptor] },
    workerDeploymentOptions: {
      version: { deploymentName: 'crossover', buildId: version },
      useWorkerVersioning: false,
    },
  };

  const createWorker: Record<WorkerRole, () => Promise<Worker>> = {
    campaign: () =>
      Worker.create({
        ...common,
        identity: `campaign@${config.hostName}`,
        taskQueue: taskQueue.campaign,
        workflowsPath: fileURLToPath(import.meta.resolve('./src/workflows/registry.ts')),
        activities: {
          ...createTestbedActivities(ports),
          ...createScheduleActivities(ports),
          drawRequests: createLoadRunActivities(ports).drawRequests,
        },
      }),
    load: () =>
      Worker.create({
        ...common,
        identity: `load@${config.hostName}`,
        taskQueue: taskQueue.load,
        activities: { runLoad: createLoadRunActivities(ports).runLoad },
        // Two generators on one machine would measure each other.
        maxConcurrentActivityTaskExecutions: 1,
      }),
    analysis: () =>
      Worker.create({
        ...common,
        identity: `analysis@${config.hostName}`,
        taskQueue: taskQueue.analysis,
        // A retraining must be over when the next slot begins, so it hears of its end at once.
        maxHeartbeatThrottleInterval: '1 second',
        activities: {
          ...createObservationActivities(ports),
          ...createDatasetActivities(ports),
          ...createModelActivities(ports),
          ...createTuningActivities(ports),
          ...createPromotionActivities(ports),
          ...createEvaluationActivities(ports),
          ...createReportActivities(ports),
        },
        // Training and joining use both cores by themselves.
        maxConcurrentActivityTaskExecutions: 2,
      }),
  };

  const workers = await Promise.all(config.workerRoles.map((role) => createWorker[role]()));
  // A worker that was started by another process ends with it, however that one ends.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // Listening alone would keep this process alive after its workers have ended.
  process.channel?.unref();
  process.send?.({ kind: 'ready' });
  await Promise.all(workers.map((worker) => worker.run()));
} finally {
  await connection.close();
}
