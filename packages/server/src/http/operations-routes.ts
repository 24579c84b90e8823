import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { answers, openRefusals } from './openapi.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Why not. For whoever runs the server: it tells nothing of what is stored. */
  readonly reason?: string;
}

export interface OperationsRoutesDeps {
  readonly metrics: Metrics;
  readonly readiness: () => Readiness;
}

/** For whoever runs the server; without authentication, so a proxy should not pass `/metrics` on to the world. */
export function addOperationsRoutes(app: FastifyInstance, { metrics, readiness }: OperationsRoutesDeps): void {
  const tags = ['operations'];
  const config = { quiet: true };
  const health = { type: 'object', properties: { ok: { type: 'boolean' } } };
  const readinessSchema = { type: 'object', properties: { ready: { type: 'boolean' }, reason: { type: 'string' } } };
  app.get(
    '/healthz',
    {
      config,
      schema: {
        tags,
        security: [],
        summary: 'Whether the process is alive',
        response: { 200: answers('It is.', health), ...openRefusals('internal') },
      },
    },
    () => ({ ok: true }),
  );
  app.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        security: [],
        summary: 'Whether requests can be served',
        response: {
          ...openRefusals('internal'),
          200: answers('They can.', readinessSchema),
          503: answers('They cannot for now; `reason` says why.', readinessSchema),
        },
      },
    },
    (_request, reply) => {
      const { ready, reason } = readiness();
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ready, ...(ready || reason === undefined ? {} : { reason }) });
    },
  );
  app.get(
    '/metrics',
    {
      config,
      schema: {
        tags,
        security: [],
        summary: 'Measurements for Prometheus',
        response: {
          200: { description: 'In the Prometheus text format.', content: { 'text/plain': { schema: { type: 'string' } } } },
          ...openRefusals('internal'),
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
