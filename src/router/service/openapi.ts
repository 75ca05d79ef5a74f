import { header } from '../../domain/names.ts';
import { fallbackReasons } from './live-router.ts';

const text = { type: 'string' } as const;
const milliseconds = { type: 'number', minimum: 0 } as const;
const count = { type: 'integer', minimum: 0 } as const;
const platform = { type: 'string', enum: ['lambda', 'ecs'] } as const;

/** Of every answer to a request that was routed. */
const routed = {
  [header.routedTo]: {
    description: 'The platform that was chosen.',
    required: true,
    schema: platform,
  },
  [header.routerModel]: {
    description: 'sha256 of the model that chose, or "best-static" where none was asked.',
    required: true,
    schema: { type: 'string', pattern: '^([0-9a-f]{64}|best-static)$' },
  },
  [header.routerFallback]: {
    description: 'Why the static table stood in for the model; absent when it did not.',
    schema: { type: 'string', enum: [...fallbackReasons] },
  },
  [header.pLambda]: {
    description: "The model's p_lambda; absent where none was asked.",
    schema: { type: 'number', minimum: 0, maximum: 1 },
  },
  [header.routerMs]: {
    description: 'Milliseconds spent in deciding.',
    required: true,
    schema: milliseconds,
  },
  [header.routerLoad]: {
    description: 'The load that the decision saw, as name=value with commas between.',
    required: true,
    schema: { type: 'string', pattern: '^inFlightLambda=' },
  },
} as const;

const added = {
  [header.routerAddedMs]: {
    description: 'Milliseconds inside the router, without waiting for the platform.',
    required: true,
    schema: milliseconds,
  },
} as const;

const refusal = {
  'application/json': { schema: { $ref: '#/components/schemas/Refusal' } },
} as const;

function refused(description: string, headers: object = {}) {
  return { description, headers, content: refusal };
}

const forwardedAnswers = {
  '404': refused('There is no such workload.'),
  '408': refused('The request did not arrive in time.'),
  '413': refused('The request is larger than the 6 MB that Lambda takes.'),
  '502': refused('The platform refused, or broke off before it answered.', routed),
  '504': refused('The platform did not answer in time.', routed),
  default: {
    description: "The platform's own answer, with its status, headers and body.",
    headers: { ...routed, ...added },
    content: { '*/*': { schema: {} } },
  },
} as const;

/** Any other method is passed on as well; these are those that OpenAPI can say with a body. */
export const describedMethods = ['post', 'put', 'patch', 'delete', 'get'] as const;

function forwarding(method: (typeof describedMethods)[number]) {
  return {
    operationId: `${method}Workload`,
    summary: `Routes a ${method.toUpperCase()} request to Lambda or Fargate`,
    ...(method === 'get'
      ? {}
      : { requestBody: { description: 'At most 6 MB.', content: { '*/*': { schema: {} } } } }),
    responses: forwardedAnswers,
  };
}

const health = {
  type: 'object',
  required: ['status', 'model', 'confirmedAt', 'fallbacks', 'startedAt', 'requests', 'inFlight'],
  properties: {
    status: { const: 'ok' },
    model: { ...text, description: 'What routes at the moment: a hash, or best-static.' },
    fallback: { type: 'string', enum: [...fallbackReasons] },
    problem: { ...text, description: 'Why the model that should be in use is not.' },
    confirmedAt: { type: 'string', format: 'date-time' },
    startedAt: { type: 'string', format: 'date-time' },
    requests: count,
    inFlight: count,
    routedTo: { type: 'object', properties: { lambda: count, ecs: count } },
    fallbacks: {
      type: 'object',
      description: 'Requests that the static table has served, by reason.',
      properties: Object.fromEntries(fallbackReasons.map((reason) => [reason, count])),
    },
    failures: {
      type: 'object',
      properties: { unreachable: count, overdue: count, undelivered: count },
    },
  },
} as const;

/** What the service answers under `/openapi.json`. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Crossover router',
    version: '1.0.0',
    description:
      'Sends each request to Lambda or to Fargate, as a trained model decides, and says which it ' +
      'was. What follows the name of the workload in the path is passed on, the query too.',
  },
  paths: {
    '/{workload}': {
      parameters: [
        {
          name: 'workload',
          in: 'path',
          required: true,
          description: 'A workload of the settings.',
          schema: { type: 'string', pattern: '^[\\w.-]+$' },
        },
      ],
      ...Object.fromEntries(describedMethods.map((method) => [method, forwarding(method)])),
    },
    '/health': {
      get: {
        operationId: 'health',
        summary: 'Whether the service serves, by which model, and what it has counted',
        responses: {
          '200': {
            description: 'It serves.',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Health' } } },
          },
        },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'description',
        summary: 'This description',
        responses: {
          '200': {
            description: 'OpenAPI 3.1.',
            content: { 'application/json': { schema: { type: 'object' } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Refusal: {
        type: 'object',
        required: ['error', 'message'],
        properties: {
          error: {
            type: 'string',
            enum: [
              'no-such-path',
              'slow-request',
              'too-large',
              'unreachable',
              'answer-too-large',
              'overdue',
            ],
          },
          message: { ...text, description: 'What happened, and what to do.' },
        },
      },
      Health: health,
    },
  },
} as const;
