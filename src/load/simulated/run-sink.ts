import type { PlatformRecord } from '../../domain/observation.ts';
import type { Reply, Send } from './send.ts';

/** Where a simulated run tells what happened; in no particular order of time. */
export interface RunSink {
  /** Every send ends in exactly one reply. */
  outcome(send: Send, reply: Reply): void;
  platform(record: PlatformRecord): void;
}
