import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProfiledFunction {
  readonly name: string;
  readonly place: string;
  readonly share: number;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** The functions with the most self time, as shares of the time in which the main thread was not idle. */
export function topFunctions(file: string, count: number): ProfiledFunction[] {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const selfUs = new Map<string, number>();
  let busyUs = 0;
  profile.samples?.forEach((id, i) => {
    const frame = names.get(id);
    // The inspector's own part is the profiler putting its samples together.
    if (frame === undefined || frame.functionName === '(idle)' || frame.url === 'node:inspector') return;
    const us = profile.timeDeltas?.[i] ?? 0;
    const key = `${frame.functionName || '(anonymous)'}\t${place(frame.url, frame.lineNumber + 1)}`;
    selfUs.set(key, (selfUs.get(key) ?? 0) + us);
    busyUs += us;
  });
  return [...selfUs]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([key, us]) => {
      const [name = '', where = ''] = key.split('\t');
      return { name, place: where, share: us / busyUs };
    });
}

function place(url: string, line: number): string {
  if (url === '') return '(native)';
  if (!url.startsWith('file:')) return url.startsWith('/') ? `${shorten(url)}:${line}` : `${url}:${line}`;
  return `${shorten(fileURLToPath(url))}:${line}`;
}

function shorten(path: string): string {
  const inModules = path.lastIndexOf('node_modules/');
  return inModules >= 0 ? path.slice(inModules + 'node_modules/'.length) : relative(process.cwd(), path);
}
