import { fileTypeFromBuffer } from 'file-type';
import { imageDimensions, type Dimensions } from './image-dimensions.ts';

/** So many bytes from the beginning of a file tell what it is: some cameras put as much in front of a picture's size. */
export const headBytes: number = 512 * 1024;

/** Of those, so many tell its type. What lists many things, as an archive does, could keep us busy with more. */
const typeBytes = 16 * 1024;

/** Pictures that a browser shows and that can do nothing: an SVG, which is a document with scripts, is none. */
export const safeImages: ReadonlySet<string> = new Set([
  'image/png',
  'image/apng',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
]);

export interface FileKind extends Partial<Dimensions> {
  /** A media type without parameters. */
  readonly type: string;
}

/**
 * What a file is, by its first {@link headBytes}. What is declared is believed of text alone, where that is what `isText` says: as
 * text has no mark, and does no harm where nothing else is made of it.
 */
export async function recognize(head: Uint8Array, isText: boolean, declared: string | undefined): Promise<FileKind> {
  const type = (await fileTypeFromBuffer(head.subarray(0, typeBytes)))?.mime;
  if (type !== undefined) return { type, ...imageDimensions(type, head) };
  const [named = ''] = (declared ?? '').toLowerCase().split(';', 1);
  return { type: isText && textType.test(named.trim()) ? named.trim() : 'application/octet-stream' };
}

const textType = /^(?:text\/[a-z0-9][a-z0-9.+-]{0,60}|application\/json)$/;

/** Whether a list like `image/*`, `application/pdf` has it. */
export function isAmong(type: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => (one.endsWith('/*') ? type.startsWith(one.slice(0, -1)) : type === one));
}
