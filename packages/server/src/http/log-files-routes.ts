import type { Readable } from 'node:stream';
import type { LogAttachment } from '@concord/protocol';
import type { LogSchema } from '@concord/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { safeImages } from '../files/recognize.ts';
import type { LogFiles } from '../logs/files/log-files.ts';
import type { LogName } from '../logs/logs.ts';
import { principalOf } from './authentication.ts';
import { matchesTag } from './entity-tag.ts';
import { logParams, logSchemas } from './log-schemas.ts';
import { answers, refusals } from './openapi.ts';
import { readQuery } from './query.ts';

interface OneLog {
  Params: { id: string };
}
interface Uploading extends OneLog {
  Body: Readable | undefined;
}
interface OneFile {
  Params: { id: string; file: string };
}

/** What the routes of one log need. */
export interface LogFilesScope {
  readonly path: string;
  /** `messages of rooms` */
  readonly title: string;
  readonly log: LogSchema;
  readonly files: LogFiles;
  /** Pages of other origins may use the server, so they may show its pictures. */
  readonly isOpen: boolean;
  readonly nameOf: (request: FastifyRequest<OneLog>) => LogName;
}

const octets = 'application/octet-stream';
const binary = { schema: { type: 'string', format: 'binary' } } as const;

/** To be added in a scope of their own, as bodies are not read whole in it. */
export function addLogFilesRoutes(scope: FastifyInstance, own: LogFilesScope): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  if (own.log.attachments !== null) addUploadRoute(scope, own);
  addFileRoute(scope, own);
}

function addUploadRoute(scope: FastifyInstance, { path, title, files, nameOf }: LogFilesScope): void {
  scope.post<Uploading>(
    `${path}/files`,
    {
      config: { takesFile: true },
      schema: {
        tags: ['logs'],
        summary: `Upload a file to attach to an entry of ${title}`,
        description: 'The body is the file as it is. It is removed again unless an entry comes with it within a day.',
        params: logParams('id'),
        querystring: { type: 'object', properties: { name: { type: 'string', description: 'What it is called.' } } },
        body: { content: { [octets]: binary } },
        response: {
          201: answers('The file.', logSchemas.attachment),
          ...refusals(
            'bad_request',
            'forbidden',
            'not_found',
            'record_deleted',
            'too_large',
            'unsupported_media_type',
            'commit_unknown',
            'store_unavailable',
          ),
        },
      },
    },
    async (request, reply) => {
      const { name } = readQuery(request.query, ['name']);
      const { 'content-length': length, 'content-type': declared } = request.headers;
      const size = length === undefined ? undefined : Number(length);
      const bytes = request.body?.iterator({ destroyOnReturn: false }) ?? noBytes();
      try {
        const upload = { bytes: bytes as AsyncIterable<Uint8Array>, size, name, declared };
        return await reply.code(201).send(await files.upload(principalOf(request), nameOf(request), upload));
      } finally {
        // Whoever is refused has to be able to read that: what it still sends is taken, and thrown away.
        request.body?.resume();
      }
    },
  );
}

function addFileRoute(scope: FastifyInstance, { path, title, files, isOpen, nameOf }: LogFilesScope): void {
  scope.get<OneFile>(
    `${path}/files/:file`,
    {
      schema: {
        tags: ['logs'],
        summary: `Get a file of an entry of ${title}`,
        description: 'Pictures may be shown in a page; everything else is to be saved.',
        params: logParams('id', 'file'),
        response: {
          200: { description: 'The file.', content: { [octets]: binary } },
          ...refusals('bad_request', 'not_found', 'record_deleted'),
        },
      },
    },
    async (request, reply) => {
      readQuery(request.query, []);
      const attachment = await files.look(principalOf(request), nameOf(request), request.params.file);
      const tag = `"${attachment.id}"`;
      void reply.header('etag', tag);
      if (matchesTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
      const bytes = await files.open(attachment);
      return setFileHeaders(reply, attachment, isOpen).send(bytes);
    },
  );
}

/**
 * Whatever somebody has uploaded runs nothing here: a browser takes it for what is said, shows pictures alone, and gives
 * what it opens by itself no origin.
 */
function setFileHeaders(reply: FastifyReply, { name, type, size }: LogAttachment, isOpen: boolean): FastifyReply {
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return reply.headers({
    'content-type': shownType(type),
    'content-length': size,
    'content-disposition': `${safeImages.has(type) ? 'inline' : 'attachment'}; filename*=UTF-8''${encoded}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': isOpen ? 'cross-origin' : 'same-origin',
    'cache-control': 'private, max-age=31536000, immutable',
  });
}

function shownType(type: string): string {
  if (type === 'text/plain') return 'text/plain; charset=utf-8';
  return safeImages.has(type) || type === 'application/pdf' ? type : octets;
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
