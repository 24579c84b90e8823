import { ConcordError, type LogAttachment } from '@concord/protocol';
import { refusalOf, type Http } from '../http.ts';
import type { TokenSource } from '../token-source.ts';

export interface LogFilesParts {
  readonly http: Pick<Http, 'fetch'>;
  /** Of the API, for requests that tell how far they are; undefined where the page has its own way to make requests. */
  readonly direct: { readonly url: string; readonly tokens: TokenSource } | undefined;
}

/** Sends a file. `onProgress` hears of the share that is sent, from 0 to 1. Throws what the server refuses it with. */
export async function uploadFile(
  { http, direct }: LogFilesParts,
  path: string,
  file: Blob,
  onProgress: (share: number) => void,
): Promise<LogAttachment> {
  const type = file.type === '' ? 'application/octet-stream' : file.type;
  if (direct !== undefined && typeof XMLHttpRequest === 'function') return await send(direct, path, file, type, onProgress);
  const response = await http.fetch(path, { method: 'POST', headers: { 'content-type': type }, body: file });
  const attachment = (await response.json()) as LogAttachment;
  onProgress(1);
  return attachment;
}

/** By XMLHttpRequest, as `fetch` does not say how far it is. Where the token is refused, another one is asked for, once. */
async function send(
  { url, tokens }: { readonly url: string; readonly tokens: TokenSource },
  path: string,
  file: Blob,
  type: string,
  onProgress: (share: number) => void,
): Promise<LogAttachment> {
  for (let isLast = false; ; isLast = true) {
    const token = await tokens.get();
    const request = new XMLHttpRequest();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    request.open('POST', `${url}/api/v1${path}`);
    request.setRequestHeader('content-type', type);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
    request.addEventListener('load', () => resolve(request.responseText));
    for (const end of ['error', 'abort', 'timeout']) request.addEventListener(end, () => reject(new ConcordError('unreachable')));
    request.send(file);
    const text = await promise;
    if (request.status >= 200 && request.status < 300) return JSON.parse(text) as LogAttachment;
    const error = refusalOf(text, request.status);
    if (error.entry.retry === 'reauth') tokens.reject(token);
    if (error.entry.retry !== 'reauth' || isLast) throw error;
  }
}
