/** The entry point of the workflow bundle: what is exported here is what Temporal can start. */
export { campaign } from './campaign.ts';
export { evaluation } from './evaluation.ts';
export { nightly } from './nightly.ts';
export { retraining } from './retraining.ts';
export { slot } from './slot.ts';
export { testbed } from './testbed.ts';
