import type { Champion } from '../domain/model.ts';
import { capitalised } from './format.ts';

/** Why a router is in use, without its name, which stands beside the reason everywhere. */
export function routerDecision({ reason }: Champion): string {
  const decision = reason.replace(
    /^(?:Best-static|The learned router) (?:is|stays) in use[.:]\s*/,
    '',
  );
  return capitalised((decision === '' ? reason : decision).trim());
}
