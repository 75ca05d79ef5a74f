/**
 * Loaded before aws-lambda-ric: its native client is compiled by an install script, which we do not
 * run. These are the same four calls of the Runtime API (2018-06-01) in plain JavaScript. Pinned to
 * aws-lambda-ric 4.0.2, which asks for `./rapid-client.node`.
 */
import { Agent, request } from 'node:http';
import Module from 'node:module';

const client = {
  initializeClient() {},
  next: () => call('GET', 'next'),
  done: (id, body) => report(call('POST', `${id}/response`, body)),
  error: (id, body, cause) => report(call('POST', `${id}/error`, body, errorHeaders(body, cause))),
};

const load = Module._load;
Module._load = function loadOrReplace(name, ...rest) {
  return name.endsWith('rapid-client.node') ? client : load.call(this, name, ...rest);
};

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      agent,
      method,
      path: `/2018-06-01/runtime/invocation/${path}`,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    };
    request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ bodyJson: Buffer.concat(chunks).toString('utf8'), headers: response.headers }),
      );
    })
      .on('error', reject)
      .end(body);
  });
}

function errorHeaders(body, cause) {
  return {
    'Lambda-Runtime-Function-Error-Type': JSON.parse(body).errorType ?? 'Unhandled',
    'Lambda-Runtime-Function-XRay-Error-Cause': cause ?? '',
  };
}

/** The native calls answer nothing, and without its host an environment has nothing to live for. */
function report(sending) {
  sending.catch((error) => {
    process.stderr.write(`The Runtime API cannot be reached: ${error.message}\n`);
    process.exit(1);
  });
}
