/** The least that can send on time: an open loop on node:http, without any records but these. */
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { header } from '../../src/domain/names.ts';

const [url = '', recordsPath = '', plannedText = '[]'] = process.argv.slice(2);
const plannedAtMs: number[] = JSON.parse(plannedText);
const agent = new http.Agent({ keepAlive: true });
const records: string[] = [];
const nowMs = () => performance.timeOrigin + performance.now();

for (const planned of plannedAtMs) setTimeout(() => send(planned), planned - nowMs());

function send(planned: number): void {
  const request = http.request(url, { method: 'POST', agent }, (response) => {
    response.resume();
    response.on('end', () => {
      const latencyMs = nowMs() - sentAtMs;
      const serverMs = Number(response.headers[header.serverMs]);
      records.push(JSON.stringify({ overheadMs: latencyMs - serverMs, lagMs: sentAtMs - planned }));
    });
  });
  // The clock starts where that of our engine does.
  const sentAtMs = nowMs();
  request.end('0123456789');
}

process.on('beforeExit', () => {
  writeFileSync(recordsPath, records.join('\n'));
  process.exit();
});
