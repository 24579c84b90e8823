import { randomBytes } from 'node:crypto';
import { ConcordError, type Limits } from '@concord/protocol';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { createClientOrigin, type ClientOriginOf } from './client-origin.ts';
import { answerError } from './error-answer.ts';
import { addJsonBody } from './json-body.ts';
import { addOpenApi } from './openapi.ts';
import { addPageOrigins, createPageOrigins, type PageOrigins } from './page-origins.ts';
import { addRequestLog, logRequest } from './request-log.ts';
import type { ShowApi } from './visible-api.ts';
import { endSlowRequests } from './slow-requests.ts';
import { addSecurityHeaders, securityHeaders } from './security-headers.ts';

export interface HttpOptions {
  readonly logger: Logger;
  readonly limits: Limits;
  readonly metrics?: Metrics | undefined;
  /** Where requests come from. Nobody in front is believed when left out. */
  readonly originOf?: ClientOriginOf | undefined;
  /** Which pages may ask. Those of the own host when left out. */
  readonly admitsPage?: PageOrigins | undefined;
  /** What the API is called in its description. */
  readonly title?: string | undefined;
  /** What of the API's description who is shown. All of it when left out. */
  readonly showApi?: ShowApi | undefined;
  readonly timeouts?: HttpTimeouts | undefined;
}

/** Node refuses longer request lines, so that a name of any length reaches the check that names its error. */
const maxParamLength = 16 * 1024;

/**
 * How long a client may take, so that nobody holds connections open by saying little. Its answer may take as long
 * as it likes: event streams do.
 */
export interface HttpTimeouts {
  /** For the first line and the headers. */
  readonly headersMs: number;
  /** For a request to arrive whole, … */
  readonly requestMs: number;
  /** … and for one with a file, also over a slow line. */
  readonly uploadMs: number;
  /** Without a byte in either direction, within a request or an answer. Longer than the longest poll. */
  readonly silenceMs: number;
  /** How often the first and the third are looked at. */
  readonly checkMs: number;
}

const defaultTimeouts: HttpTimeouts = {
  headersMs: 20_000,
  requestMs: 60_000,
  uploadMs: 600_000,
  silenceMs: 120_000,
  checkMs: 5_000,
};

/** The framework types them as Ajv's, of which only the call is used. */
type SchemaCompilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/**
 * Schemas describe the API. They check nothing, as every route names its own errors, and never drop a field
 * from an answer. (Setting the compilers of the app would not hold in scopes that add schemas.)
 */
const describingOnly = {
  buildValidator: () => () => () => true,
  buildSerializer: () => () => (answer: unknown) => JSON.stringify(answer),
} as unknown as SchemaCompilers;

/**
 * The HTTP server without its routes. Guarantees for every route that is added to it: a request id, one log
 * line without secrets, CORS, errors as the table's status and body, JSON bodies within the limits, security
 * headers, a place in the API's description.
 *
 * Once it is being closed, new requests on connections that are still open are refused with
 * `shutting_down`; those that were accepted before are answered.
 */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const {
    logger,
    limits,
    metrics,
    title,
    showApi,
    originOf = createClientOrigin(false),
    admitsPage = createPageOrigins([]),
  } = options;
  const { headersMs, requestMs, uploadMs, silenceMs, checkMs } = options.timeouts ?? defaultTimeouts;
  const loggerInstance: FastifyBaseLogger = logger;
  const app: FastifyInstance = fastify({
    loggerInstance,
    // One line per request, from addRequestLog: the framework's own would show the query, with its token.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomBytes(9).toString('base64url'),
    bodyLimit: limits.maxBodyBytes,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: checkMs },
    requestTimeout: uploadMs,
    connectionTimeout: silenceMs,
    routerOptions: { maxParamLength },
    schemaController: { compilersFactory: describingOnly },
    return503OnClosing: false,
    frameworkErrors: answerUnrouted,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, logger),
  });
  refuseWhenClosing(app);
  endSlowRequests(app, requestMs, logger);
  addRequestLog(app, { metrics, originOf });
  addSecurityHeaders(app, originOf);
  addPageOrigins(app, admitsPage, originOf);
  addJsonBody(app, limits.maxJsonDepth);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler(() => {
    throw new ConcordError('not_found');
  });
  await addOpenApi(app, title, showApi);
  return app;
}

/** A path that cannot be decoded never reaches a route, nor any hook: what those do is done here. */
function answerUnrouted(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ ...securityHeaders, 'x-request-id': request.id });
  answerError(error, request, reply);
  logRequest(request, reply);
}

function refuseWhenClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (!closing) return done();
    void reply.header('connection', 'close');
    done(new ConcordError('shutting_down'));
  });
}
